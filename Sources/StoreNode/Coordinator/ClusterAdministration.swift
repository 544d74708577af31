public import Coordination
internal import CSystemCalls

/// An operator's side of the coordinator's protocol; blocks its thread.
public enum ClusterAdministration {
    private static let connectTimeoutMilliseconds: Int32 = 1_000
    private static let sendTimeoutMilliseconds: Int32 = 1_000

    /// Asks the coordinators in turn until one answers.
    ///
    /// Throws where none does in time; then what was asked may still be carried out.
    public static func ask(
        _ command: AdminCommand,
        of coordinators: [Endpoint],
        within limit: Duration
    ) throws(StartFailure) -> AdminAnswer {
        let end = now + UInt64(max(0, limit / .nanoseconds(1)))
        var problem = "no coordinator is named"
        repeat {
            for coordinator in coordinators {
                do throws(FileFailure) {
                    if let answer = try ask(command, of: coordinator, until: end) { return answer }
                    problem = "the coordinator at \(coordinator) does not answer"
                } catch {
                    problem = error.description
                }
            }
            ordeal_sleep_until(ordeal_monotonic_nanoseconds() + 100_000_000)
        } while now < end && command == .status
        throw .infrastructure(problem)
    }

    private static var now: UInt64 { ordeal_boottime_nanoseconds() }

    private static func ask(
        _ command: AdminCommand,
        of coordinator: Endpoint,
        until end: UInt64
    ) throws(FileFailure) -> AdminAnswer? {
        let socket = try BlockingSocket(
            coordinator,
            timeoutMilliseconds: connectTimeoutMilliseconds
        )
        let request = CoordinatorMessage.admin(version: CoordinatorMessage.version, command)
        try socket.send(request.encoded(), timeoutMilliseconds: sendTimeoutMilliseconds)
        let wakeUp = try WakeUp()
        var reader = CoordinatorMessageReader()
        while now < end {
            socket.waitForInput(or: wakeUp, milliseconds: 50)
            reader.append(try socket.receive(upTo: 64 << 10))
            do throws(CoordinatorMessageReader.Malformed) {
                while let message = try reader.next() {
                    if case .adminAnswer(let answer) = message { return answer }
                }
            } catch {
                throw FileFailure(
                    "understand",
                    "the coordinator at \(coordinator)",
                    reason: "its message makes no sense"
                )
            }
        }
        return nil
    }
}
