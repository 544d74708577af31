internal import Quantities
internal import Workloads

extension WorkloadPlan.Load {
    private static let fix =
        "write `load: closed`, `load: { open: 4000/s, arrivals: poisson }` or "
        + "`load: { recorded: FILE }`"

    /// `closed`, `{ open: 4000/s }`, `{ open: "1000..8000/s:10s", arrivals: poisson }` or
    /// `{ recorded: FILE }`.
    init(_ node: PlanNode) throws(PlanProblem) {
        if case .scalar(let text) = node.value {
            guard text == "closed" else {
                throw node.problem("expected a load, found \(node.kind)", fix: Self.fix)
            }
            self = .closed
            return
        }
        let fields = try PlanFields(node, known: ["open", "arrivals", "recorded"])
        if let file = fields.node("recorded") {
            guard fields.node("open") == nil, fields.node("arrivals") == nil else {
                throw node.problem(
                    "a recorded load says itself when requests are due",
                    fix: Self.fix
                )
            }
            self = try .recorded(file)
            return
        }
        guard let rate = fields.node("open") else {
            throw fields.missing("open", example: "4000/s")
        }
        let profile = try rate.read(RateProfile.init(parsing:))
        let names = arrivalProcesses.map { $0.name }
        let process = try fields.node("arrivals")?.name(among: names) ?? EvenArrivals.name
        self = .open(profile, process: process)
    }

    /// Reads the file once, so that a run does not end over it.
    private static func recorded(_ node: PlanNode) throws(PlanProblem) -> Self {
        let file = try node.text()
        let text: String
        do throws(FileFailure) {
            text = String(decoding: try wholeFile(file), as: UTF8.self)
        } catch {
            throw node.problem(
                "cannot read \(file): \(systemMessage(error.code))",
                fix: "name a file of times, one a line, as seen from where `ordeal` is started"
            )
        }
        let count = try node.read { (_) throws(WordingProblem) in
            try RecordedArrivals(parsing: text).times.count
        }
        return .recorded(file: file, count: count)
    }

    /// `open loop 4000/s, poisson`.
    public var text: String {
        switch self {
        case .closed: return "closed loop"
        case .open(let profile, let process):
            return "open loop \(profile.text)"
                + (process == EvenArrivals.name ? "" : ", \(process)")
        case .recorded(let file, let count):
            return "open loop, \(count) arrivals recorded in \(file)"
        }
    }
}
