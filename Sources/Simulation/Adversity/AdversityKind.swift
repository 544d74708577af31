/// What can go wrong in a simulated cluster.
enum AdversityKind: UInt8, CaseIterable, Sendable {
    case processCrash
    case powerLoss
    case restart
    /// Several machines at once.
    case blackout
    case pause
    case stall
    case isolation
    case halves
    case oneWay
    case bridge
    case coordinatorCut
    case randomCut
    case clog
    case slowLinks
    case lossyLinks
    case coordinatorCrash
    case coordinatorPause
    case slowDisk
    case bitFlip
    case clockChange
    case clockJump
    case membership
    /// Who hears whom is no division into sides.
    case patchwork
    /// A primary that is heard by few, and hears late, while these start anew.
    case tether
    /// Clients that only read: nobody's log moves on, so that it does not show who was heard.
    case lull
    /// A plan's own fault: the strike's seed is its number.
    case planned

    /// Those that seeds draw from; others come on top of them.
    static let drawn = allCases.filter { ![.patchwork, .tether, .lull, .planned].contains($0) }

    var word: String {
        switch self {
        case .processCrash: "process-crash"
        case .powerLoss: "power-loss"
        case .restart: "restart"
        case .blackout: "blackout"
        case .pause: "pause"
        case .stall: "stall"
        case .isolation: "isolate"
        case .halves: "halves"
        case .oneWay: "one-way"
        case .bridge: "bridge"
        case .coordinatorCut: "coordinator-cut"
        case .randomCut: "cut"
        case .clog: "clog"
        case .slowLinks: "slow-links"
        case .lossyLinks: "lossy-links"
        case .coordinatorCrash: "coordinator-crash"
        case .coordinatorPause: "coordinator-pause"
        case .slowDisk: "slow-disk"
        case .bitFlip: "bit-flip"
        case .clockChange: "clock-change"
        case .clockJump: "clock-jump"
        case .membership: "membership"
        case .patchwork: "patchwork"
        case .tether: "tether"
        case .lull: "lull"
        case .planned: "planned"
        }
    }
}

/// One adversity: when it strikes, for how long, and the chance that decides the rest.
struct Strike: Sendable {
    var at: UInt64
    var length: UInt64
    var kind: AdversityKind
    var seed: UInt64
    /// The node that it strikes, where chance does not choose.
    var target: Int?
}
