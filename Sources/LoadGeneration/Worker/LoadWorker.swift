internal import CSystemCalls
internal import Foundation
internal import Sockets

/// One load-generating process: `ordeal load-worker`.
public enum LoadWorker {
    /// Does what the configuration says, tells its progress on standard output (`WorkerEvent`), obeys
    /// standard input (`WorkerCommand`), and returns the process's exit code.
    ///
    /// The end of standard input means that the harness is gone: the process ends at once.
    public static func run(configurationFile: String) -> Int32 {
        let configuration: WorkerConfiguration
        let recordedArrivals: [Int64]
        do {
            configuration = try read(configurationFile)
            recordedArrivals = try ArrivalFile.times(of: configuration)
        } catch {
            FileHandle.standardError.write(Data("ordeal load-worker: \(error)\n".utf8))
            return 64
        }
        // Ctrl-C is for the harness, which may well go on; a worker ends with its standard input.
        signal(SIGINT, SIG_IGN)
        // A connection to every node of a large cluster, and what the process has open anyway.
        let files = UInt64(configuration.clients) * 4 + 256
        _ = ordeal_open_files(files)
        do throws(SocketFailure) {
            let loop = try SocketLoop()
            let mailbox = Mailbox<WorkerSession>(loop.waker)
            let session = WorkerSession(
                configuration: configuration,
                loop: loop,
                recordedArrivals: recordedArrivals
            )
            loop.onWake = { mailbox.deliver(to: session) }
            obeyStandardInput { command in mailbox.post { $0.obey(command) } }
            var code: Int32 = 70
            session.run { result in
                code = result
                loop.stop()
            }
            loop.run()
            return code
        } catch {
            FileHandle.standardError.write(Data("ordeal load-worker: \(error)\n".utf8))
            return 70
        }
    }

    private static func read(_ path: String) throws(ConfigurationProblem) -> WorkerConfiguration {
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            let configuration = try JSONDecoder().decode(WorkerConfiguration.self, from: data)
            try configuration.validate()
            return configuration
        } catch let problem as ConfigurationProblem {
            throw problem
        } catch {
            throw .unreadable(path: path, reason: fileProblem(error))
        }
    }

    /// Reads lines on a thread of its own, since reading blocks.
    private static func obeyStandardInput(_ obey: @escaping @Sendable (WorkerCommand) -> Void) {
        Thread.detachNewThread {
            while let line = readLine() {
                if let command = WorkerCommand(line: line) { obey(command) }
            }
            exit(130)
        }
    }
}
