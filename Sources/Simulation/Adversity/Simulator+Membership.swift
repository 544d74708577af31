import Coordination
import Determinism
import Replication
import Topology

/// Operators who change the cluster in the middle of everything.
extension Simulator {
    mutating func changeMembership(_ generator: inout SeededGenerator) {
        administer(drawCommand(&generator))
    }

    /// Lets an operator ask for something; nobody hears it while there is no coordinator.
    mutating func administer(_ command: AdminCommand) {
        guard coordinator.isUp, coordinator.pauses == 0 else { return }
        if isTraced { say("operator: \(command)") }
        stepCoordinator(.admin(0, command))
    }

    /// Nodes that the cluster knows and that are to hold nothing.
    var spares: [NodeID] {
        let members = coordinator.stored?.membership.nodes ?? []
        return nodes.dropFirst().map(\.id).filter { !members.contains($0) }
    }

    private func drawCommand(_ generator: inout SeededGenerator) -> AdminCommand {
        let members = coordinator.stored?.membership.nodes ?? []
        let member = generator.element(of: members) ?? NodeID(1)
        switch generator.next(below: 8) {
        case 0, 1: return .drain(member)
        case 2, 3:
            guard let spare = generator.element(of: spares) else { return .drain(member) }
            return .add(JoiningNode(spare, at: nil))
        case 4, 5:
            guard let spare = generator.element(of: spares) else {
                return .rebalance([NodeWeight(member, Double(1 + generator.next(below: 4)))])
            }
            return .replace(member, with: JoiningNode(spare, at: nil))
        case 6: return .rebalance([])
        default: return .cancel
        }
    }
}
