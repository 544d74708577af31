internal import CSystemCalls
public import Determinism
internal import Foundation
public import Statistics
public import Workloads

/// A server that speaks RESP, holds nothing, and takes a known time for each request, one after the
/// other: what a load generator reads of it can be held against theory.
///
/// It answers like Redis to what generators ask; `INFO` says how many requests it has executed, and
/// how long they were with it. It lives on a thread of its own until `stop`.
public final class ToyServer: Sendable {
    public struct Options: Sendable {
        /// Of a request's service; zero for a server that takes no time.
        public var service = Duration.zero
        public var law = ServiceLaw.exponential
        public var seed = Seed(1)
        /// 0 for a free one.
        public var port: UInt16 = 0
        /// A file whose first eight bytes count the executed requests; nil where nobody looks.
        ///
        /// The number is in the machine's byte order, and survives the end of the process.
        public var counterFile: String?

        public init() {}
    }

    public enum Problem: Error, CustomStringConvertible {
        case cannotListen(port: UInt16, code: Int32)
        case cannotCount(file: String)

        public var description: String {
            switch self {
            case .cannotListen(let port, let code):
                unsafe "cannot listen on port \(port): \(String(cString: strerror(code)))"
            case .cannotCount(let file): "cannot map the file \(file)"
            }
        }
    }

    /// Of 127.0.0.1.
    public let port: UInt16
    private let thread: LoopThread<Result<ToyServerLoop, Problem>>

    public static func start(_ options: Options) async throws -> ToyServer {
        let thread = try await LoopThread.start(name: "toy-server") { loop in
            Result { () throws(Problem) in try ToyServerLoop(options, on: loop) }
        }
        let port = try await thread.ask { $0.map(\.port) }.get()
        return ToyServer(port: port, thread: thread)
    }

    private init(port: UInt16, thread: LoopThread<Result<ToyServerLoop, Problem>>) {
        self.port = port
        self.thread = thread
    }

    /// How many requests it has executed, and how long each was with it, from arrival to departure.
    public struct Account: Sendable {
        public var executed = 0
        public var times = LatencyHistogram()
    }

    public var account: Account {
        get async { await thread.ask { (try? $0.get())?.account ?? Account() } }
    }

    /// Closes every connection and ends the thread.
    public func stop() {
        thread.post { (try? $0.get())?.stop() }
    }

    deinit { stop() }
}
