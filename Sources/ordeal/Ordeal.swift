import ArgumentParser
import Experiments

@main
struct Ordeal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Break a replicated store on purpose, and say what it cost.",
        discussion: """
            Starts real store nodes as local processes, drives load at them, crashes, pauses and cuts \
            them off, and reports throughput, latency, unavailability and which acknowledged writes \
            were lost.

            EXAMPLES
              ordeal doctor                          what this machine allows
              ordeal run chaos/quick.yaml            a first answer, in under a minute
              ordeal run chaos/matrix.yaml --dry-run what would be done, and how long it takes
              ordeal check history.edn --model set   whether a recorded history keeps a promise
              ordeal simulate                        Keel against bad luck, on virtual time
              ordeal load redis://127.0.0.1:6379     how fast a server is, and how surely
              ordeal placement                       which placement scheme suits which need
              ordeal list                            what a plan or a check may name

            EXIT STATUS
              0 ok, 1 correctness violation, 2 failed gate, 3 inconclusive, 4 void or infrastructure, \
            64 usage, 70 internal, 130 interrupted
            """,
        version: "ordeal \(ordealVersion)",
        subcommands: [
            Run.self, Load.self, Check.self, HistoryCommand.self, Shrink.self, Placement.self,
            Simulate.self, List.self,
            Doctor.self, Report.self, LoadWorker.self, ToyServer.self,
        ]
    )
}

/// Ends the process with what a command found.
func finish(_ code: some RawRepresentable<Int>) throws -> Never {
    throw ExitCode(Int32(code.rawValue))
}
