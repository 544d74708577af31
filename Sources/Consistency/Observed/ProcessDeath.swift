/// A store's process that ended without having been asked to.
public struct ProcessDeath: Sendable, Hashable {
    public enum Ending: Sendable, Hashable {
        case exited(code: Int)
        case signalled(Int)
    }

    /// `node-3`.
    public var process: String
    public var ending: Ending
    /// Nanoseconds of the host's monotonic clock.
    public var at: Int64
    /// The last it said.
    public var log: [String]

    public init(process: String, ending: Ending, at: Int64, log: [String]) {
        self.process = process
        self.ending = ending
        self.at = at
        self.log = log
    }

    /// What a process brings upon itself: an illegal instruction, which is how Swift traps, a trap, an
    /// abort, a bus error, an arithmetic error, a segmentation fault, a bad system call.
    private static let crashes: [Int: String] = [
        4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV",
        31: "SIGSYS",
    ]

    /// Whether it is the store's own doing; an exit may be for want of disk, and somebody else may have
    /// sent a signal.
    var isCrash: Bool {
        if case .signalled(let number) = ending { return Self.crashes[number] != nil }
        return false
    }

    var deed: String {
        switch ending {
        case .exited(let code): return "\(process) exited with code \(code)"
        case .signalled(let number):
            let name = Self.crashes[number].map { " (\($0))" } ?? ""
            return "\(process) was ended by signal \(number)\(name)"
        }
    }
}
