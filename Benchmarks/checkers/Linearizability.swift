import Consistency
import Histories

/// What linearizability costs.
enum Linearizability {
    static var figures: [Figure] {
        [
            Figure(
                name: "50 etcd histories of Porcupine, verdicts",
                secondsBar: 0.008
            ) { etcd(explains: false) },
            Figure(name: "the same with counterexamples") { etcd(explains: true) },
            generated(
                "2,024 appends and reads, 50 clients, 10 keys, invalid",
                Append.self,
                SimulatedObjects(
                    .texts,
                    clients: 50,
                    operations: 2_024,
                    keys: 10,
                    replacements: 8
                ),
                expected: "invalid",
                bars: (0.2, 100)
            ),
            generated(
                "10,000 operations, 20 clients, 5 values, one key",
                Register.self,
                SimulatedObjects(.register, clients: 20, operations: 10_000, values: 5),
                expected: "valid",
                bars: (0.2, nil)
            ),
            generated(
                "1,000,000 unique values, 50 clients, one key",
                Register.self,
                SimulatedObjects(.register, clients: 50, operations: 1_000_000, unanswered: 1),
                expected: "valid",
                bars: (1, 1_000)
            ),
            generated(
                "the same, with one stale read",
                Register.self,
                SimulatedObjects(.register, clients: 50, operations: 1_000_000, unanswered: 1),
                expected: "invalid",
                bars: (1, 1_000)
            ),
        ]
    }

    /// Histories that searches lose themselves in: an answer within bounds is all they owe.
    static var hardFigures: [Figure] {
        [
            generated(
                "hard: 1,000 operations, 30 clients, 5 values, 5 % unanswered",
                CompareAndSetRegister.self,
                SimulatedObjects(.swaps, clients: 30, operations: 1_000, values: 5, unanswered: 5),
                expected: nil,
                bars: (60, 3_000)
            ),
            generated(
                "hard: the same, 400 operations, unique values",
                CompareAndSetRegister.self,
                SimulatedObjects(.swaps, clients: 30, operations: 400, unanswered: 30),
                expected: nil,
                bars: (60, 3_000)
            ),
            generated(
                "hard: 30 clients, texts, 10 % unanswered, invalid",
                Append.self,
                SimulatedObjects(
                    .texts,
                    clients: 30,
                    operations: 1_000,
                    unanswered: 10,
                    replacements: 20
                ),
                expected: "invalid",
                bars: (60, 3_000)
            ),
        ]
    }

    private static func etcd(explains: Bool) -> Figure.Outcome {
        guard let cases = HistoryFolder.cases(format: "porcupine-log") else {
            return Figure.Outcome(
                seconds: 0,
                problem: "\(HistoryFolder.path) is not there",
                isSkipped: true
            )
        }
        let (seconds, wrong) = median(of: 9) {
            cases.count { example in
                var options = example.options
                options.explains = explains
                let verdict = example.model.check(example.history, options).verdict
                return (verdict == .valid ? 0 : verdict.name == "invalid" ? 1 : 3)
                    != example.expected
            }
        }
        return Figure.Outcome(
            seconds: seconds,
            problem: wrong > 0 ? "\(wrong) verdicts are wrong" : nil,
            note: "\(cases.count) histories"
        )
    }

    /// - Parameter expected: The verdict's name; nil where any will do.
    private static func generated(
        _ name: String,
        _ model: any HistoryModel.Type,
        _ store: SimulatedObjects,
        expected: String?,
        bars: (seconds: Double, megabytes: Int?)
    ) -> Figure {
        Figure(name: name, secondsBar: bars.seconds, megabytesBar: bars.megabytes) {
            let seed: UInt64 = 20_261_121
            let made =
                expected == "invalid" ? store.brokenHistory(seed: seed) : store.history(seed: seed)
            guard let history = made else {
                return Figure.Outcome(seconds: 0, problem: "the generator made no such history")
            }
            let (seconds, conclusion) = median(of: expected == nil ? 1 : 3) {
                model.check(history, CheckOptions())
            }
            let verdict = conclusion.verdict.name
            let isRight = expected == nil || verdict == expected
            let isTold = verdict != "invalid" || !conclusion.counterexamples.isEmpty
            return Figure.Outcome(
                seconds: seconds,
                problem: isRight && isTold ? nil : "the verdict is \(verdict)",
                note: "\(verdict), \(conclusion.spent.states) states"
            )
        }
    }
}
