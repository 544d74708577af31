internal import Consistency
internal import Determinism
internal import Histories
internal import Quantities
internal import Workloads

/// What requests do, read from the options.
enum LoadWorkload {
    static func read(_ options: LoadOptions) throws(CommandFailure) -> AnyWorkload {
        var workload = try kind(options)
        if let text = options.records {
            let most = RecordParameters.largestRecords
            guard let count = parsedCount(text), (1...most).contains(count) else {
                throw CommandFailure(.usage, "--records is 1 to \(most), not \"\(text)\"")
            }
            workload.records = count
        }
        if let text = options.law {
            workload.distribution = try LoadPlan.read("--law") { () throws(WordingProblem) in
                try AnyDistribution(parsing: text)
            }
        }
        try shape(&workload.shape, options)
        try check(workload, options)
        return AnyWorkload(workload)
    }

    private static func kind(_ options: LoadOptions) throws(CommandFailure) -> any Workload {
        if !options.commands.isEmpty {
            var choices: [CommandWorkload.Choice] = []
            for text in options.commands {
                choices.append(
                    try LoadPlan.read("--command") { () throws(WordingProblem) in
                        try CommandWorkload.Choice(parsing: text)
                    }
                )
            }
            return CommandWorkload(choices)
        }
        let names = workloads.map { $0.name }
        guard let kind = workloads.first(where: { $0.name == options.workload }) else {
            let fix = suggestion(for: options.workload, among: names, what: "workloads")
            throw CommandFailure(.usage, "there is no workload \"\(options.workload)\"; \(fix)")
        }
        return kind.init()
    }

    private static func shape(
        _ shape: inout RecordShape,
        _ options: LoadOptions
    ) throws(CommandFailure) {
        func read<Value>(
            _ option: String,
            _ text: String?,
            into place: inout Value,
            _ parse: (String) throws(WordingProblem) -> Value
        ) throws(CommandFailure) {
            guard let text else { return }
            place = try LoadPlan.read(option) { () throws(WordingProblem) in try parse(text) }
        }
        try read(
            "--value",
            options.value,
            into: &shape.valueBytes,
            RecordShape.valueBytes(parsing:)
        )
        try read(
            "--key-length",
            options.keyLength,
            into: &shape.keyBytes,
            RecordShape.keyBytes(parsing:)
        )
        try read(
            "--key-prefix",
            options.keyPrefix,
            into: &shape.keyPrefix,
            RecordShape.prefix(parsing:)
        )
        try read("--fill", options.filling, into: &shape.filling, ValueFilling.init(parsing:))
        try read("--ttl", options.lifetime, into: &shape.lifetime, RecordShape.lifetime(parsing:))
        try read("--drift", options.drift, into: &shape.drift, RecordShape.drift(parsing:))
    }

    /// What a workload's requests could not be told by, or would be laid out wrongly.
    private static func check(
        _ workload: any Workload,
        _ options: LoadOptions
    ) throws(CommandFailure) {
        let (kind, shape) = (type(of: workload), workload.shape)
        var needsNames = options.keepsLedger
        if case .shared = kind.sharing {
            needsNames = true
            guard shape.peculiarity == nil else {
                throw CommandFailure(
                    .usage,
                    "clients of \(kind.name) share their records, which all look alike: leave "
                        + "--key-length, --key-prefix, --fill and --ttl out, and write one --value"
                )
            }
        }
        guard !needsNames || shape.namesWrites else {
            let least = WriteStamp.minimumBytes
            let who = options.keepsLedger ? "--ledger tells" : "clients of \(kind.name) tell"
            throw CommandFailure(
                .usage,
                "--value: \(who) each write by its value, which takes \(least) bytes; "
                    + "write --value \(least) or more"
            )
        }
    }
}
