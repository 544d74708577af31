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
        // Whoever does not lead does nothing, so that asking again is safe whatever was asked.
        var (isLeaderless, isSafe) = (false, true)
        repeat {
            for coordinator in coordinators {
                do throws(FileFailure) {
                    switch try ask(command, of: coordinator, until: end) {
                    case .adminAnswer(let answer): return answer
                    case .standby:
                        problem = "no coordinator leads"
                        isLeaderless = true
                    default:
                        problem = "the coordinator at \(coordinator) does not answer"
                        isSafe = false
                    }
                } catch {
                    problem = error.description
                    isSafe = isSafe && error.operation == "dial"
                }
                guard isSafe || command == .status else { throw .infrastructure(problem) }
            }
            ordeal_sleep_until(ordeal_monotonic_nanoseconds() + 100_000_000)
        } while now < end && (isLeaderless || command == .status)
        throw .infrastructure(problem)
    }

    private static var now: UInt64 { ordeal_boottime_nanoseconds() }

    private static func ask(
        _ command: AdminCommand,
        of coordinator: Endpoint,
        until end: UInt64
    ) throws(FileFailure) -> CoordinatorMessage? {
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
                    switch message {
                    case .adminAnswer, .standby: return message
                    default: break
                    }
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
