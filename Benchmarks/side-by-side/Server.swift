import Clusters
import FoundationEssentials
import Glibc

/// A store that is started for a measurement, on a port that nobody uses.
struct Server {
    let name: String
    let port: UInt16
    private let process: ChildProcess

    private static let patience = Duration.seconds(10)

    init(
        _ name: String,
        program: String,
        arguments: (UInt16) -> [String]
    ) async throws(ClusterError) {
        self.name = name
        port = try Self.freePort()
        let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        process = try ChildProcess.start(
            program,
            arguments(port),
            streams: .init(input: null, output: null, error: STDERR_FILENO)
        )
        let deadline = ContinuousClock.now + Self.patience
        while !answers {
            guard process.isRunning, ContinuousClock.now < deadline else {
                process.signal(SIGKILL)
                throw .system(what: program, why: process.end?.text ?? "it does not answer")
            }
            usleep(5_000)
        }
    }

    private var answers: Bool {
        let client = try? NodeClient(host: "127.0.0.1", port: port, limit: .milliseconds(500))
        return (try? client?.call("PING")) != nil
    }

    func stop() async {
        process.signal(SIGTERM)
        guard await process.awaitEnd(within: .seconds(5)) == nil else { return }
        process.signal(SIGKILL)
    }

    /// The processor time that all of its threads have used, in nanoseconds.
    var processorTime: Double {
        let folder = "/proc/\(process.id)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.reduce(0) { sum, thread in
            let fields = textOfSmallFile("\(folder)/\(thread)/schedstat").split(separator: " ")
            return sum + (Double(fields.first ?? "") ?? 0)
        }
    }

    private static func freePort() throws(ClusterError) -> UInt16 {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failure = unsafe withUnsafeMutableBytes(of: &address) { bytes -> CInt in
            guard let base = unsafe bytes.bindMemory(to: sockaddr.self).baseAddress else {
                return -1
            }
            guard unsafe bind(descriptor, base, size) == 0 else { return -1 }
            return unsafe getsockname(descriptor, base, &size)
        }
        guard failure == 0 else { throw .system(what: "a free port", why: "there is none") }
        return UInt16(bigEndian: address.sin_port)
    }
}
