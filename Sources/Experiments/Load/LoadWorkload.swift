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
        return AnyWorkload(workload)
    }

    private static func kind(_ options: LoadOptions) throws(CommandFailure) -> any Workload {
        if !options.commands.isEmpty {
            var choices: [CommandWorkload.Choice] = []
            for text in options.commands { choices.append(try choice(text)) }
            return CommandWorkload(choices)
        }
        let names = workloads.map { $0.name }
        guard let kind = workloads.first(where: { $0.name == options.workload }) else {
            let fix = suggestion(for: options.workload, among: names, what: "workloads")
            throw CommandFailure(.usage, "there is no workload \"\(options.workload)\"; \(fix)")
        }
        return kind.init()
    }

    /// `GET __key__@9`.
    private static func choice(_ text: String) throws(CommandFailure) -> CommandWorkload.Choice {
        var command = text[...]
        var weight = 1.0
        if let at = text.lastIndex(of: "@"),
            let number = plainNumber(text[text.index(after: at)...])
        {
            command = text[..<at]
            weight = number
        }
        guard weight > 0, weight <= 1e9 else {
            throw CommandFailure(.usage, "--command: a weight is above 0, as in 'GET __key__@9'")
        }
        let template = try LoadPlan.read("--command") { () throws(WordingProblem) in
            try CommandTemplate(parsing: String(command))
        }
        return CommandWorkload.Choice(template, weight: weight)
    }

    private static func shape(
        _ shape: inout RecordShape,
        _ options: LoadOptions
    ) throws(CommandFailure) {
        if let text = options.value {
            shape.valueBytes = try LoadPlan.read("--value") { () throws(WordingProblem) in
                try AmountLaw(parsing: text, unit: .bytes, in: RecordParameters.valueBytesRange)
            }
        }
        if let text = options.keyLength {
            shape.keyBytes = try LoadPlan.read("--key-length") { () throws(WordingProblem) in
                try AmountLaw(parsing: text, unit: .bytes, in: RecordShape.keyBytesRange)
            }
        }
        if let text = options.keyPrefix {
            guard text.utf8.count <= RecordShape.longestPrefix else {
                throw CommandFailure(
                    .usage,
                    "--key-prefix has \(RecordShape.longestPrefix) bytes at most"
                )
            }
            shape.keyPrefix = text
        }
        if let text = options.filling {
            shape.filling = try LoadPlan.read("--fill") { () throws(WordingProblem) in
                try ValueFilling(parsing: text)
            }
        }
        if let text = options.lifetime {
            shape.lifetime = try LoadPlan.read("--ttl") { () throws(WordingProblem) in
                try AmountLaw(parsing: text, unit: .milliseconds, in: RecordShape.lifetimeRange)
            }
        }
        if let text = options.drift {
            let part = text.hasSuffix("/s") ? parsedShare(text.dropLast(2)) : nil
            guard let part else {
                throw CommandFailure(.usage, "--drift: \"\(text)\"; write a part a second: 0.1%/s")
            }
            shape.drift = part
        }
    }
}
