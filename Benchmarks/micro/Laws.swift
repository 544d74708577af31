import Benchmark
import Determinism
import Workloads

func measureLaws() {
    for law in distributions {
        let sampler = law.init().sampler(count: 1_000_000)
        measure(
            "law, \(law.name), one draw of a million ranks",
            allocating: 0...0,
            on: { SeededGenerator(seed: Seed(1)) },
            { generator, call in blackHole(sampler.rank(call, using: &generator)) }
        )
    }
    let dealing = KeyDealing(records: 1_000_000, law: Zipfian(), workers: 1, seed: Seed(1))
    measure(
        "request, ycsb-a over a million keys, 50 clients",
        allocating: 0...0,
        on: {
            OperationSource(
                dealing: dealing,
                worker: 0,
                workload: YCSBA(),
                seed: Seed(1),
                clients: 50
            )
        },
        { source, call in blackHole(source.next(client: call % 50)) }
    )
    for process in arrivalProcesses {
        measure(
            "arrival, \(process.name), one due time",
            allocating: 0...0,
            on: {
                ArrivalSchedule(.constant(20_000), process: process.init(), seed: Seed(1))
            },
            { schedule, _ in blackHole(schedule.take()) }
        )
    }
}
