public import Histories

/// Accounts between which money is moved: every read of them all shows the same total.
///
/// As Jepsen's bank: balances may not be negative, unless the options say so, nor missing, nor of unknown
/// accounts. The total is the number given as the initial value, or else the first read's.
public enum Bank: HistoryModel {
    public static let name = "bank"
    public static let summary = "transfers between accounts, whose total never changes"
    public static var applicable: ApplicableOptions { [.initial, .overdraft] }

    public static func check(_ history: History, _ options: CheckOptions) -> Conclusion {
        var account = BankAccount(history, options)
        account.readAll()
        return account.conclusion()
    }
}

/// What the reads of a bank's accounts showed.
private struct BankAccount {
    private enum Fault: String, CaseIterable {
        case unexpectedKey = "unexpected-key"
        case nilBalance = "nil-balance"
        case wrongTotal = "wrong-total"
        case negativeValue = "negative-value"

        var meaning: String {
            switch self {
            case .unexpectedKey: "no transfer opens an account: that one is of another bank"
            case .nilBalance: "no transfer closes an account: its balance is lost"
            case .wrongTotal:
                "no transfer makes or destroys money, so the read saw parts of one: no snapshot"
            case .negativeValue:
                "no account may be overdrawn: a transfer took what was no longer there"
            }
        }
    }

    private let history: History
    private var total: Int64?
    private let isTotalGiven: Bool
    private let allowsOverdraft: Bool
    private var accounts: Set<UInt32> = []
    /// The first read, whose total and accounts the others must have.
    private var first: Int?
    private var reads = 0
    private var transfers = 0
    /// Transfers asked for, whatever came of them.
    private var asked = 0
    private var counts: [Fault: Int] = [:]
    private var examples: [Counterexample] = []

    init(_ history: History, _ options: CheckOptions) {
        self.history = history
        total = Int64(history.text(of: options.initial))
        isTotalGiven = total != nil
        allowsOverdraft = options.allowsOverdraft
    }

    mutating func readAll() {
        for (place, operation) in history.operations.enumerated() {
            if case .transfer = operation.action { asked += 1 }
            guard operation.outcome == .ok else { continue }
            switch operation.action {
            case .transfer: transfers += 1
            case .transaction(let extent):
                let balances = history.steps(extent)
                guard !balances.isEmpty, balances.allSatisfy(Self.isBalance) else { continue }
                reads += 1
                read(place, balances)
            default: continue
            }
        }
    }

    private static func isBalance(_ step: TransactionStep) -> Bool {
        if case .readNumber = step.kind { true } else { false }
    }

    private mutating func read(_ place: Int, _ balances: ArraySlice<TransactionStep>) {
        if first == nil {
            first = place
            accounts = Set(balances.map(\.key.rawValue))
        }
        if let stranger = balances.first(where: { !accounts.contains($0.key.rawValue) }) {
            let text =
                "account \(history.text(of: stranger.key)), which the first read did not have"
            return add(.unexpectedKey, place, text)
        }
        var sum: Int64 = 0
        var negative: (key: KeyID, amount: Int64)?
        for step in balances {
            guard case .readNumber(let number?) = step.kind else {
                return add(.nilBalance, place, "nothing in account \(history.text(of: step.key))")
            }
            let (next, isTooLarge) = sum.addingReportingOverflow(number)
            guard !isTooLarge else { return add(.wrongTotal, place, "more than any number") }
            sum = next
            if number < 0, !allowsOverdraft, negative == nil { negative = (step.key, number) }
        }
        if total == nil { total = sum }
        if let total, total != sum {
            return add(.wrongTotal, place, "a total of \(sum) instead of \(total)")
        }
        if let negative {
            let text = "\(negative.amount) in account \(history.text(of: negative.key))"
            add(.negativeValue, place, text)
        }
    }

    private mutating func add(_ fault: Fault, _ place: Int, _ found: String) {
        let count = counts[fault, default: 0]
        counts[fault] = count + 1
        guard count == 0 else { return }
        var lines: [String] = []
        let before = history.operations[..<place].indices.last { index in
            guard case .transfer = history.operations[index].action else { return false }
            return history.operations[index].outcome == .ok
        }
        let places = [first, before, place].compactMap { $0 }
        let moment = OperationMoment(history: history, of: places)
        func circumstances(_ place: Int) -> String { moment.text(of: history.operations[place]) }
        if let first, first != place {
            lines.append("the first read showed \(balances(first)) (\(circumstances(first)))")
        } else {
            lines.append("it is the first read (\(circumstances(place)))")
        }
        if let before,
            case .transfer(let from, let to, let amount) = history.operations[before].action
        {
            lines.append(
                "the last transfer asked before it that was made: \(amount) from "
                    + "\(history.text(of: from)) to \(history.text(of: to)) "
                    + "(\(circumstances(before)))"
            )
        }
        lines.append("then a read showed \(balances(place)) (\(circumstances(place)))")
        lines.append("that is \(found): \(fault.rawValue)")
        lines.append(fault.meaning)
        examples.append(
            Counterexample(
                anomaly: fault.rawValue,
                key: nil,
                operations: places,
                lines: lines.map(PlainText.shown)
            )
        )
    }

    private func balances(_ place: Int) -> String {
        guard case .transaction(let extent) = history.operations[place].action else { return "?" }
        let steps = history.steps(extent)
        let shown = steps.prefix(10).map { step in
            guard case .readNumber(let number?) = step.kind else {
                return "\(history.text(of: step.key)): nil"
            }
            return "\(history.text(of: step.key)): \(number)"
        }
        return shown.joined(separator: ", ") + (steps.count > shown.count ? ", ..." : "")
    }

    func conclusion() -> Conclusion {
        let reasons = Fault.allCases.compactMap { fault in
            counts[fault].map {
                "\(fault.rawValue): \(Count.text($0)) of \(Count.text(reads, "read"))"
            }
        }
        let verdict: Verdict
        if !reasons.isEmpty {
            verdict = .invalid(reasons)
        } else if reads == 0 {
            verdict = .unknown(["no read was completed"])
        } else if reads == 1, !isTotalGiven {
            verdict = .unknown([
                "a single read has no other to be held against; --initial names the total"
            ])
        } else if transfers == 0, asked > 0 {
            verdict = .unknown(["no transfer was completed"])
        } else {
            // Where nobody asked for a transfer, the balances themselves were what was checked.
            verdict = .valid
        }
        return Conclusion(
            verdict: verdict,
            counterexamples: examples,
            notes: [
                "\(Count.text(transfers, "transfer")) and \(Count.text(reads, "read")) completed"
            ],
            operations: reads + transfers
        )
    }
}
