import Determinism
import Quantities
import Testing

@testable import Workloads

@Suite struct ArrivalScheduleTests {
    private static let second: Int64 = 1_000_000_000

    private static func times(
        _ text: String,
        _ process: any ArrivalProcess = EvenArrivals(),
        share: Double = 1,
        phase: Double = 0,
        seed: Seed = Seed(41),
        until end: Int64
    ) throws -> [Int64] {
        var schedule = ArrivalSchedule(
            try RateProfile(parsing: text),
            process: process,
            share: share,
            phase: phase,
            seed: seed
        )
        var times: [Int64] = []
        while let time = schedule.take(dueBy: end - 1) { times.append(time) }
        return times
    }

    @Test(arguments: [2550, 3750, 4950, 4999, 7, 1, 333_333])
    func `an odd rate is met to the request, and every time to the nanosecond`(rate: Int) throws {
        let seconds = rate > 100_000 ? 10 : 100
        let times = try Self.times("\(rate)/s", until: Int64(seconds) * Self.second)
        #expect(times.count == rate * seconds)
        for index in times.indices {
            #expect(times[index] == Int64(index) * Self.second / Int64(rate))
        }
    }

    @Test func `a rate with a fraction is met as well`() throws {
        let times = try Self.times("12.345/s", until: 1000 * Self.second)
        #expect(times.count == 12_345)
    }

    @Test(arguments: [2, 3, 7])
    func `shares of a rate take turns and make up the whole`(workers: Int) throws {
        var all: [Int64] = []
        for worker in 0..<workers {
            all += try Self.times(
                "2551/s",
                share: 1 / Double(workers),
                phase: Double(worker) / Double(workers),
                until: 20 * Self.second
            )
        }
        #expect(abs(all.count - 51_020) <= workers)
        all.sort()
        let gaps = zip(all, all.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { abs($0 - 392_003) < 100 })
    }

    @Test func `a ramp climbs evenly and stays`() throws {
        let times = try Self.times("1000..5000/s:10s", until: 12 * Self.second)
        let profile = try RateProfile(parsing: "1000..5000/s:10s")
        for tenth in 0...120 {
            let end = Int64(tenth) * Self.second / 10
            let count = times.count { $0 < end }
            #expect(abs(Double(count) - profile.expected(until: end)) <= 1.001, "\(tenth)")
        }
        #expect(times.count == 30_000 + 10_000)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test func `a ramp may begin at nothing and fall`() throws {
        let times = try Self.times("0..100/s:10s,100..1/s:10s", until: 21 * Self.second)
        #expect(abs(times.count { $0 < 10 * Self.second } - 500) <= 1)
        #expect(abs(times.count { $0 < 20 * Self.second } - 1005) <= 2)
    }

    @Test func `steps keep their counts`() throws {
        let times = try Self.times("1000/s:2s,10/s:1500ms,777/s:1s", until: 5 * Self.second)
        let bounds = [0, 2.0, 3.5, 4.5, 5].map { Int64($0 * 1e9) }
        let counts = zip(bounds, bounds.dropFirst()).map { range in
            times.count { $0 >= range.0 && $0 < range.1 }
        }
        #expect(abs(counts[0] - 2000) <= 1 && abs(counts[1] - 15) <= 1)
        #expect(abs(counts[2] - 777) <= 1 && abs(counts[3] - 389) <= 1)
        #expect(times.count == 3180 || times.count == 3181)
    }

    @Test func `recorded times are taken as they are, by turns`() throws {
        let recorded = try RecordedArrivals(parsing: "# s\n0.5\n\n 0.75 # here\n0.75\n2\n")
        #expect(recorded.times == [500, 750, 750, 2000].map { $0 * 1_000_000 })
        #expect(recorded.share(of: 1, among: 2) == [750_000_000, 2_000_000_000])
        for (text, words) in [
            ("", "no time"), ("1\n0.5\n", "line 2"), ("x\n", "line 1"), ("1\n-1\n", "line 2"),
        ] {
            do throws(WordingProblem) {
                _ = try RecordedArrivals(parsing: text)
                Issue.record("\(text) was taken")
            } catch {
                #expect(error.description.contains(words))
            }
        }
    }

    @Test(arguments: [
        "20000/s", "12.5/s", "1000..50000/s:30s", "1000/s:10s,5000/s:10s,1000/s",
        "0..100/s:1s,100..10/s:1m30s",
    ])
    func `profiles are read and written`(text: String) throws {
        let profile = try RateProfile(parsing: text)
        #expect(profile.text == text)
        #expect((profile.onlyRate != nil) == !text.contains(":"))
    }

    @Test(arguments: [
        ("", "is no rate"), ("0/s", "out of range"), ("1000", "write it as"),
        ("-1/s", "is no rate"),
        ("1e9/s", "is no rate"), ("1000000000/s", "out of range"), ("1..2/s", "over what time"),
        ("10/s,20/s", "how long"), ("10/s:5", "is no time"), ("10/s:0s", "is no time"),
        ("10/s:10s,", "is no rate"), ("x..2/s:3s", "is no rate"),
    ])
    func `nonsense is refused with what to write`(text: String, words: String) {
        do throws(WordingProblem) {
            _ = try RateProfile(parsing: text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description.contains(words), "\(error)")
        }
    }
}
