internal import Determinism
internal import Histories
internal import Topology
internal import Workloads

/// What a new engine begins with.
extension LoadEngine {
    static func firstView(_ configuration: WorkerConfiguration) -> ClusterView {
        if case .sentinel = configuration.discovery { return ClusterView(endpoints: []) }
        var view = ClusterView(endpoints: configuration.endpoints)
        if configuration.discovery == .fixed { view.setPrimaryOfAll(0) }
        return view
    }

    static func slots(of keys: OwnedKeys, _ naming: KeyNaming) -> [UInt16] {
        (0..<keys.count).map {
            let name = naming.bytes(of: keys.key(at: $0))
            return UInt16(KeySlot.slot(of: name.span))
        }
    }

    static func source(_ configuration: WorkerConfiguration, seed: Seed) -> OperationSource {
        let workload = configuration.workload.base
        return OperationSource(
            dealing: KeyDealing(
                records: workload.records,
                law: workload.distribution.base,
                workers: configuration.workers,
                seed: seed
            ),
            worker: configuration.worker,
            workload: workload,
            seed: seed,
            clients: configuration.clients
        )
    }

    static func recorder(
        _ configuration: WorkerConfiguration
    ) -> (HistoryRecorder?, String?) {
        guard let limit = configuration.historyLimit else { return (nil, nil) }
        let name = WorkerResult.historyFileName(worker: configuration.worker)
        do {
            let recorder = try HistoryRecorder(
                path: "\(configuration.folder)/\(name)",
                limit: limit,
                workload: configuration.workload.base,
                workers: configuration.workers
            )
            return (recorder, nil)
        } catch {
            return (nil, "\(error)")
        }
    }
}
