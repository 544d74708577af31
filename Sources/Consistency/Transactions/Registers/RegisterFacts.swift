import Histories

/// What reads of registers say whose every value is written once.
///
/// A value names its writer. The order of a key's versions is known only in part: the initial one is
/// first, and what a transaction writes follows what it read of the same key. That holds wherever
/// G1c cannot happen: were it the other way round, the two would have seen and overwritten each
/// other. Under models that respect a client's order or the clock, writes of one client, and writes
/// that ended before others began, stand in that order too; such edges count for those models only,
/// unless the options say that each key by itself keeps that order.
/// A value that nobody wrote is an anomaly here.
struct RegisterFacts: DependencyFacts {
    let table: TransactionTable
    let initial: ValueID
    let keyOrder: CheckOptions.KeyOrder
    let budget: SearchBudget
    private(set) var sightings = Sightings()
    private(set) var included: [Bool]
    private(set) var sources: [Source]
    private(set) var repeated: TransactionStep?
    let byKey: GroupedNumbers

    init(_ table: TransactionTable, _ options: CheckOptions) {
        self.table = table
        initial = options.initial
        keyOrder = options.keyOrder
        budget = options.budget
        byKey = table.stepsByKey()
        included = table.outcomes.map { $0 == .ok }
        sources = Array(repeating: .none, count: table.steps.count)
        var scan = RegisterScan(values: table.history.values.count, options)
        for key in 0..<table.history.keys.count {
            let found = scan.scan(key: key, steps: byKey[key], table, &sightings)
            if repeated == nil, let step = found.repeated { repeated = table.steps[Int(step)] }
            for (step, source) in found.sources {
                sources[Int(step)] = source
                guard case .transaction(let writer) = source else { continue }
                included[Int(writer)] = true
            }
        }
    }

    var isOrderOpen: Bool { true }

    func owner(of step: UInt32) -> Int { Int(table.owners[Int(step)]) }

    func addEdges(to builder: inout DependencyGraphBuilder) {
        var versions = RegisterVersions(self)
        for key in 0..<table.history.keys.count {
            versions.gather(key, byKey[key])
            versions.addEdges(to: &builder)
        }
    }
    func addInferredEdges(to builder: inout DependencyGraphBuilder) -> Bool {
        var versions = RegisterVersions(self)
        var added = false
        for key in 0..<table.history.keys.count {
            versions.gather(key, byKey[key])
            if versions.addInferredEdges(to: &builder) { added = true }
        }
        return added
    }
}
