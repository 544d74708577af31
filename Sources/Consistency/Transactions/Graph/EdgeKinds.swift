/// What puts one transaction before another (Adya 1999; Elle, VLDB 2020).
struct EdgeKinds: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    /// Overwrote: the later version of a key follows the earlier one.
    static let writeWrite = Self(rawValue: 1)
    /// Was read: a version was observed.
    static let writeRead = Self(rawValue: 2)
    /// Was overwritten: the version read was replaced afterwards.
    static let readWrite = Self(rawValue: 4)
    /// One client asked the one after the answer to the other.
    static let process = Self(rawValue: 8)
    /// The one ended before the other began.
    static let realtime = Self(rawValue: 16)
    /// `readWrite` if a client's own writes stand in the order in which it wrote them.
    static let readWriteByProcess = Self(rawValue: 32)
    /// `readWrite` if writes stand in the order of time.
    static let readWriteByTime = Self(rawValue: 64)
    /// Through a vertex that is no transaction.
    static let passage = Self(rawValue: 128)

    static let antidependencies: Self = [.readWrite, .readWriteByProcess, .readWriteByTime]
}

/// Which orders beside the data's own a cycle may use.
enum EdgeOrder: Int, Sendable, Hashable, CaseIterable {
    case data, process, realtime

    /// The kinds of edge that are no antidependencies.
    var dependencies: EdgeKinds {
        switch self {
        case .data: [.writeWrite, .writeRead]
        case .process: [.writeWrite, .writeRead, .process]
        case .realtime: [.writeWrite, .writeRead, .process, .realtime]
        }
    }

    var overwrites: EdgeKinds { dependencies.subtracting(.writeRead) }

    var antidependencies: EdgeKinds {
        switch self {
        case .data: .readWrite
        case .process: [.readWrite, .readWriteByProcess]
        case .realtime: .antidependencies
        }
    }

    var all: EdgeKinds { dependencies.union(antidependencies) }

    /// What follows the name of an anomaly of this order.
    var suffix: String {
        switch self {
        case .data: ""
        case .process: "-process"
        case .realtime: "-realtime"
        }
    }
}
