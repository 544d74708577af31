import ArgumentParser
import Experiments

struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Drive load at a server and measure it truthfully.",
        discussion: """
            Sends requests to a server, a cluster or the primary that sentinels name. With --rate they \
            are due by a schedule that no slow answer postpones, and latency runs from the time they \
            were due; without, each client sends its next request when the last one is answered.

            EXAMPLES
              ordeal load redis://127.0.0.1:6379 --ycsb a --rate 20000/s --duration 30s --warmup 5s
              ordeal load redis://127.0.0.1:6379 --ycsb c --clients 50 --pipeline 16
              ordeal load redis+sentinel://127.0.0.1:26379/mymaster --rate 5000/s --html load.html
              ordeal load redis://127.0.0.1:6379 --find-rate 'p99<5ms' --duration 5s
              ordeal load --self-test          whether this machine and generator measure rightly

            EXIT STATUS
              0 ok, 2 an expectation was missed, 3 the self-test could not tell, 4 the figures do not \
            count, or the server cannot be measured, 64 usage, 70 the self-test failed, 130 interrupted
            """
    )

    @Argument(
        help: "redis://[user:password@]host[:port][/database] or redis+sentinel://."
    )
    var target: String?

    @Flag(help: "Try the generator on servers whose times theory knows; takes a minute.")
    var selfTest = false

    @Option(help: ArgumentHelp("A core workload of YCSB, a to f.", valueName: "letter"))
    var ycsb: String?

    @Option(help: "Another workload (see `ordeal list`; default: ycsb-a).")
    var workload: String?

    @Option(help: "How many records, such as 100k (default: the workload's).")
    var records: String?

    @Option(
        help: ArgumentHelp(
            "Instead of a workload: commands of your own, such as 'GET __key__@9' for a weight of 9.",
            valueName: "command"
        )
    )
    var command: [String] = []

    @Option(help: "Bytes of a value: 100, 64..1024, 64..1024:zipfian or 64:90,4KiB:10.")
    var value: String?

    @Option(help: "What values are of: pattern, random or compressible:4.")
    var fill: String?

    @Option(help: "After what time written values expire: 60s or 30s..90s.")
    var ttl: String?

    @Option(help: "Bytes of a key's name, as for --value (default: 14).")
    var keyLength: String?

    @Option(help: "What a key's name begins with (default: key:).")
    var keyPrefix: String?

    @Option(help: "By what part of all keys the hot ones move on: 0.1%/s (default: they stay).")
    var drift: String?

    @Option(help: "How keys are drawn, such as uniform or zipfian:0.9 (default: the workload's).")
    var law: String?

    @Option(
        help: ArgumentHelp(
            "An open loop: 20000/s, a ramp 1000..20000/s:30s, steps 1000/s:10s,5000/s "
                + "(default: closed).",
            valueName: "rate"
        )
    )
    var rate: String?

    @Option(help: "How the requests of an open loop lie in time: even or poisson.")
    var arrivals = "even"

    @Option(help: ArgumentHelp("An open loop at recorded times, one a line.", valueName: "file"))
    var recorded: String?

    @Option(help: "Clients, each with a connection of its own.")
    var clients = 50

    @Option(help: "Requests that each client of a closed loop has under way.")
    var pipeline = 1

    @Option(help: "Processes that share the clients.")
    var workers = 1

    @Option(help: "How long is measured (default: 10s).")
    var duration: String?

    @Option(help: "How long before that is not.")
    var warmup = "1s"

    @Option(help: "How long a request may take before it is given up.")
    var timeout = "5s"

    @Option(help: "What each client of a closed loop waits between an answer and its next request.")
    var thinkTime: String?

    @Option(help: "How far apart an open loop's wake-ups are at least, 0 to 1ms (default: 100us).")
    var quantum: String?

    @Option(help: "What chance derives from (default: another one each time, and it is printed).")
    var seed: UInt64?

    @Flag(help: "Let one connection at a time write a key, and keep account of every write.")
    var ledger = false

    @Flag(name: .customLong("resp3"), help: "Speak RESP3.")
    var isRESP3 = false

    @Option(help: "load (write the records), run (they are there), or both.")
    var phase = "both"

    @Option(
        help: ArgumentHelp(
            "What must hold: p99<5ms, errors<0.1%, read.p99.9<=20ms, throughput>10000/s.",
            valueName: "objective"
        )
    )
    var expect: [String] = []

    @Option(
        help: ArgumentHelp(
            "Measure rates one after the other: 1000..8000/s+1000, or 1000..64000/s*2.",
            valueName: "rates"
        )
    )
    var ladder: String?

    @Option(
        help: ArgumentHelp(
            "Search for the highest rate that meets an objective such as p99<5ms.",
            valueName: "objective"
        )
    )
    var findRate: [String] = []

    @Flag(help: "Print JSON on standard output.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Write every second's latencies there, for HdrHistogram.",
            valueName: "file"
        )
    )
    var hlog: String?

    @Option(help: ArgumentHelp("Write the latencies' distribution there.", valueName: "file"))
    var hgrm: String?

    @Option(
        help: ArgumentHelp(
            "Write the timeline there, as a table; of several rates, a line for each.",
            valueName: "file"
        )
    )
    var csv: String?

    @Option(help: ArgumentHelp("Write a page with charts there.", valueName: "file"))
    var html: String?

    func run() async throws {
        if selfTest { try finish(await testLoad(seed: seed ?? 1, duration: duration)) }
        guard let target else { throw ValidationError("Missing expected argument '<target>'") }
        if ycsb != nil, workload != nil {
            throw ValidationError("--ycsb and --workload both name the workload")
        }
        var options = LoadOptions(target: target)
        if let ycsb { options.workload = "ycsb-\(ycsb.lowercased())" }
        if let workload { options.workload = workload }
        options.records = records
        options.value = value
        options.commands = command
        options.filling = fill
        options.lifetime = ttl
        options.keyLength = keyLength
        options.keyPrefix = keyPrefix
        options.drift = drift
        options.arrivals = arrivals
        options.recorded = recorded
        options.law = law
        options.rate = rate
        options.clients = clients
        options.pipeline = pipeline
        options.workers = workers
        if let duration { options.duration = duration }
        options.warmup = warmup
        options.timeout = timeout
        options.thinkTime = thinkTime
        options.quantum = quantum
        options.seed = seed
        options.keepsLedger = ledger
        options.isRESP3 = isRESP3
        options.phase = phase
        options.expectations = expect
        options.ladder = ladder
        options.findRate = findRate
        options.json = json
        options.logFile = hlog
        options.distributionFile = hgrm
        options.tableFile = csv
        options.pageFile = html
        try finish(await measureLoad(options))
    }
}
