internal import CSystemCalls
import Glibc

/// What holds a run so that nothing of it outlives it.
public enum Enclosure: String, Sendable, Codable {
    /// Network, mount and process namespaces of its own: the `namespaces` fabric needs it.
    case namespaces
    /// Only the promise about processes: for the `loopback` fabric.
    case guarded = "guard"

    /// The enclosure this process is in; nil outside.
    ///
    /// Inside, this process is an ordinary child of a small keeper: when the keeper, the process that
    /// the user started, or this one ends, even by SIGKILL, everything started here ends too.
    /// SIGINT, SIGTERM, SIGHUP and SIGQUIT arrive once each; a third SIGINT is a SIGKILL.
    public static var current: Enclosure? {
        Executables.environment("ORDEAL_ENCLOSURE").flatMap(Enclosure.init(rawValue:))
    }

    /// The command that runs another one enclosed.
    public func command(_ arguments: [String]) throws(ClusterError) -> [String] {
        let launcher = try Executables.own("ordeal-launcher")
        let options = self == .guarded ? ["--guard"] : []
        return [launcher, "enclose"] + options + ["--"] + arguments
    }

    /// Replaces this process by the same one inside an enclosure; returns only by throwing.
    ///
    /// `arguments` are the program's own, without its name. Call it before anything is started or
    /// written, and after `refusal` has said nil: what the kernel refuses then is an exit code.
    public func enter(_ arguments: [String]) throws(ClusterError) -> Never {
        // A link to the running program would name the launcher by the time it is followed.
        let command = try command([Executables.current] + arguments)
        let failure = unsafe withArguments(command) { unsafe ordeal_execute(command[0], $0) }
        throw .system(what: command[0], why: errorText(failure))
    }

    /// Why this enclosure cannot be had here; nil where it can.
    ///
    /// Tries one, which costs some milliseconds.
    public var refusal: ClusterError? {
        do throws(ClusterError) {
            let command = try command(["true"])
            let (output, code) = try ToolRun(command[0], Array(command.dropFirst())).result()
            guard code != 0 else { return nil }
            return .refused(
                what: "a network and process namespace",
                why: output.split(separator: "\n").joined(separator: "; "),
                fix: NamespaceProbe.fix
            )
        } catch { return error }
    }
}
