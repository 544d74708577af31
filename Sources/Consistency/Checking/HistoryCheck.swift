public import Histories

/// What `ordeal check` was asked: how to read a file, and what to hold it against.
public struct HistoryCheck: Sendable {
    /// The words of the command line, as they were given.
    public struct Words: Sendable, Equatable {
        public var format: String?
        public var model: String?
        public var initial: String?
        public var nilReads: String?
        public var level: String?
        public var keyOrder: String?
        public var allowsOverdraft = false
        public var states: Int?
        public var megabytes: Int?

        public init() {}

        /// The words of a line such as `--format jepsen-edn --model set`.
        public init(arguments: [String]) throws(Misuse) {
            var rest = arguments[...]
            while let option = rest.popFirst() {
                if option == "--negative-balances" {
                    allowsOverdraft = true
                    continue
                }
                guard let value = rest.popFirst() else {
                    throw Misuse(option: option, value: "", choices: [])
                }
                switch option {
                case "--format": format = value
                case "--model": model = value
                case "--initial": initial = value
                case "--nil-reads": nilReads = value
                case "--level": level = value
                case "--key-order": keyOrder = value
                case "--budget-states": states = Int(value)
                case "--budget-memory": megabytes = Int(value)
                default: throw Misuse(option: option, value: value, choices: [])
                }
            }
        }
    }

    /// A word that none of the choices is.
    public struct Misuse: Error, Sendable, Equatable {
        public var option: String
        public var value: String
        public var choices: [String]
        /// The model to which the option means nothing.
        public var model: String?

        init(option: String, value: String, choices: [String], model: String? = nil) {
            self.option = option
            self.value = value
            self.choices = choices
            self.model = model
        }
    }

    /// `nil` where the file has to show it.
    public var format: (any HistoryFormat.Type)?
    public var model: any HistoryModel.Type
    /// What every key holds at first, in the file's words; nil for absent.
    public var initial: String?
    public var options: CheckOptions

    public init(_ words: Words) throws(Misuse) {
        format = try words.format.map { name throws(Misuse) in try Self.format(named: name) }
        guard let model = historyModels.first(where: { $0.name == words.model }) else {
            throw Misuse(
                option: "--model",
                value: words.model ?? "",
                choices: historyModels.map { $0.name }
            )
        }
        self.model = model
        initial = words.initial == "absent" || words.initial == "nil" ? nil : words.initial
        options = CheckOptions()
        if let word = words.nilReads {
            options.nilReads = try Self.choice(word, "--nil-reads")
        }
        if let word = words.level { options.level = try Self.choice(word, "--level") }
        if let word = words.keyOrder { options.keyOrder = try Self.choice(word, "--key-order") }
        options.allowsOverdraft = words.allowsOverdraft
        try refuseWhatMeansNothing(words)
        if let states = words.states {
            options.budget.states = try Self.positive(states, "--budget-states")
        }
        if let megabytes = words.megabytes {
            let count = try Self.positive(megabytes, "--budget-memory")
            options.budget.bytes =
                count.multipliedReportingOverflow(by: 1 << 20).overflow
                ? .max : count << 20
        }
    }

    private func refuseWhatMeansNothing(_ words: Words) throws(Misuse) {
        let given: [(option: String, value: String?, kind: ApplicableOptions)] = [
            ("--initial", initial, .initial),
            ("--level", words.level, .level),
            ("--key-order", words.keyOrder, .keyOrder),
            ("--negative-balances", words.allowsOverdraft ? "" : nil, .overdraft),
        ]
        for (option, value, kind) in given where !model.applicable.contains(kind) {
            guard let value else { continue }
            throw Misuse(option: option, value: value, choices: [], model: model.name)
        }
        let isNumber = initial.map { Int64($0) != nil } ?? true
        if !isNumber, model.name == Counter.name || model.name == Bank.name {
            throw Misuse(option: "--initial", value: initial ?? "", choices: ["a whole number"])
        }
    }

    public static func format(named name: String) throws(Misuse) -> any HistoryFormat.Type {
        guard let format = historyFormats.first(where: { $0.name == name }) else {
            throw Misuse(option: "--format", value: name, choices: historyFormats.map { $0.name })
        }
        return format
    }

    /// The history in a file, and the same options with the initial value's number in it.
    public func read(
        _ input: inout HistoryInput,
        as format: any HistoryFormat.Type
    ) throws(HistoryProblem) -> (history: History, options: CheckOptions) {
        var history = try format.read(&input, HistorySubject(model: model.name))
        var options = options
        if let initial {
            options.initial = ValueID(rawValue: history.values.number(of: initial))
        }
        return (history, options)
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ word: String,
        _ option: String
    ) throws(Misuse) -> Choice {
        guard let choice = Choice(rawValue: word) else {
            throw Misuse(option: option, value: word, choices: Choice.allCases.map(\.rawValue))
        }
        return choice
    }

    private static func positive(_ number: Int, _ option: String) throws(Misuse) -> Int {
        guard number > 0 else {
            throw Misuse(option: option, value: String(number), choices: ["a number above 0"])
        }
        return number
    }
}
