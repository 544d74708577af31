import Testing
import Topology

/// What a change of the members moves, beside what it had to: the figures of a run's report, held
/// against what each scheme promises.
@Suite struct MembershipMovementTests {
    private static let shards = 256
    private static let replicas = 3
    private static let nodes = (1...6).map { PlacementNode(NodeID(UInt16($0))) }

    private static func place(
        _ membership: Membership,
        _ scheme: any PlacementScheme.Type
    ) throws -> [[NodeID]] {
        try membership.place(shards: shards, by: scheme.init(), replicas: replicas)
    }

    /// What a change of six nodes moves.
    private static func movement(
        _ scheme: any PlacementScheme.Type,
        isReplacement: Bool = false,
        _ change: (inout Membership) -> Void
    ) throws -> (figures: DataMovement, joined: Int) {
        var membership = Membership(nodes)
        let before = try place(membership, scheme)
        change(&membership)
        membership.simplify(for: scheme.init())
        let after = try place(membership, scheme)
        var figures = DataMovement(
            before: nodes,
            after: membership.nodes.map { PlacementNode($0) },
            isReplacement: isReplacement
        )
        var joined = 0
        for (old, new) in zip(before, after) {
            let (old, new) = (old.map { UInt32($0.value) }, new.map { UInt32($0.value) })
            figures.note(before: old.span, after: new.span)
            joined += new.count { id in !nodes.contains { $0.id == id } }
        }
        return (figures, joined)
    }

    @Test(arguments: placementSchemes.indices)
    func `a node that takes another's place makes nothing else move`(index: Int) throws {
        let scheme = placementSchemes[index]
        let (figures, joined) = try Self.movement(scheme, isReplacement: true) {
            $0.replace(NodeID(2), with: NodeID(7))
        }
        #expect(figures.moved > 0 && figures.moved == Double(joined), "\(scheme.name)")
        #expect(figures.ratio == 1, "\(scheme.name)")
    }

    @Test(arguments: placementSchemes.indices)
    func `a join and a leave move as much as the scheme says`(index: Int) throws {
        let scheme = placementSchemes[index]
        let leave = try Self.movement(scheme) { $0.remove(NodeID(3)) }.figures
        let join = try Self.movement(scheme) {
            $0.add(NodeID(7), zone: PlacementNode.sharedZone)
        }
        let (gone, come) = (try #require(leave.ratio), try #require(join.figures.ratio))
        switch scheme.capabilities.movement {
        case .minimal:
            #expect(gone == 1, "\(scheme.name)")
            #expect(join.figures.moved == Double(join.joined), "\(scheme.name)")
        case .minimalFirstChoice, .nearlyMinimal:
            #expect(gone < 1.6 && come < 1.6, "\(scheme.name): \(gone), \(come)")
        case .minimalAtTheEnd:
            #expect(come < 1.6, "\(scheme.name): \(come)")
        case .unbounded:
            // The control: whoever places anew must show as what moves too much.
            #expect(gone > 2 && come > 2, "\(scheme.name): \(gone), \(come)")
        }
    }
}
