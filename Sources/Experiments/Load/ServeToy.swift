public import Consistency
internal import Determinism
internal import Foundation
internal import LoadGeneration
internal import Quantities
internal import Workloads

/// What the toy server takes for a request, as it was written.
public struct ToyOptions: Sendable {
    public var service = "0s"
    /// `exponential` or `fixed`.
    public var law = ServiceLaw.exponential.rawValue
    public var seed: UInt64 = 1
    public var port: UInt16 = 0
    /// A file that begins with the number of executed requests.
    public var counterFile: String?

    public init() {}
}

/// Serves requests in known times until standard input ends.
public func serveToy(_ options: ToyOptions) async -> ExitCode {
    guard let service = parsedDuration(options.service), service <= .seconds(60) else {
        printError("ordeal toy-server: --service is a time up to 60s, such as 250us")
        return .usage
    }
    guard let law = ServiceLaw(rawValue: options.law) else {
        let laws = ServiceLaw.allCases.map(\.rawValue).joined(separator: ", ")
        printError("ordeal toy-server: --law is one of \(laws)")
        return .usage
    }
    var toy = ToyServer.Options()
    toy.service = service
    toy.law = law
    toy.seed = Seed(options.seed)
    toy.port = options.port
    toy.counterFile = options.counterFile
    do {
        let server = try await ToyServer.start(toy)
        printOut("127.0.0.1:\(server.port)")
        await standardInputEnds()
        let account = await server.account
        printOut("\(account.executed) executed")
        server.stop()
        return .ok
    } catch {
        printError("ordeal toy-server: \(error)")
        return .void
    }
}

/// On a thread of its own: reading waits.
private func standardInputEnds() async {
    await withCheckedContinuation { done in
        Thread.detachNewThread {
            while let some = try? FileHandle.standardInput.read(upToCount: 4096), !some.isEmpty {}
            done.resume()
        }
    }
}
