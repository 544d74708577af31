public import Faults

/// One process of a cluster, before anybody starts it.
public struct ProcessDescription: Sendable, Equatable {
    public var endpoint: Endpoint
    /// The program's path.
    public var program: String
    public var arguments: [String]
    /// What a line of its standard output begins with as soon as it listens; nil where it says
    /// nothing.
    public var readyLine: String?
    /// Its limit of open files; nil for the harness's own.
    public var openFiles: Int?

    public init(
        endpoint: Endpoint,
        program: String,
        arguments: [String],
        readyLine: String? = "ready",
        openFiles: Int? = nil
    ) {
        self.endpoint = endpoint
        self.program = program
        self.arguments = arguments
        self.readyLine = readyLine
        self.openFiles = openFiles
    }
}

/// A process that ended although nobody had asked it to.
public struct UnexpectedEnd: Sendable, Equatable {
    public let endpoint: Endpoint
    public let end: ProcessEnd
    /// CLOCK_MONOTONIC.
    public let atNanoseconds: UInt64
    /// The last lines it wrote.
    public let log: [String]
}
