import Consistency
import Histories
import Testing

@Suite struct ObjectTests {
    private func conclusion(
        _ model: any HistoryModel.Type,
        _ write: (inout HistoryScript) -> Void
    ) -> Conclusion {
        var script = HistoryScript()
        write(&script)
        return model.check(script.history, CheckOptions())
    }

    @Test func `a text shows what was appended, in one order`() {
        let good = conclusion(Append.self) {
            $0.add(.append($0.value("x")), 0...5, by: 0)
            $0.add(.append($0.value("y")), 0...5, by: 1)
            $0.add(.read($0.value("yx")), 6...7, by: 2)
        }
        #expect(good.verdict == .valid)
        let fork = conclusion(Append.self) {
            $0.add(.append($0.value("x")), 0...5, by: 0)
            $0.add(.append($0.value("y")), 0...5, by: 1)
            $0.add(.read($0.value("yx")), 6...7, by: 2)
            $0.add(.read($0.value("xy")), 8...9, by: 2)
        }
        #expect(fork.verdict == .invalid(["key k: incompatible-reads"]))
        let lost = conclusion(Append.self) {
            $0.add(.append($0.value("x")), 0...1, by: 0)
            $0.add(.append($0.value("y")), 2...3, by: 1)
            $0.add(.read($0.value("y")), 6...7, by: 2)
        }
        #expect(lost.verdict == .invalid(["key k: lost-write"]))
        let replaced = conclusion(Append.self) {
            $0.add(.append($0.value("x")), 0...1, by: 0)
            $0.add(.write($0.value("z")), 2...3, by: 1)
            $0.add(.append($0.value("y")), 4...5, by: 1)
            $0.add(.read($0.value("zy")), 6...7, by: 2)
        }
        #expect(replaced.verdict == .valid)
    }

    @Test func `a list that shows an element twice is invalid`() {
        let conclusion = conclusion(Append.self) {
            $0.add(.append($0.value("1")), 0...1, by: 0)
            $0.add(.readAll($0.list(["1", "1"])), 2...3, by: 1)
        }
        #expect(conclusion.verdict == .invalid(["key k: duplicate-append"]))
    }

    @Test func `a counter may show what was under way, and must show what was acknowledged`() {
        func read(_ total: Int64) -> Verdict {
            conclusion(Counter.self) {
                $0.add(.add(2, total: nil), 0...1, by: 0)
                $0.add(.add(3, total: nil), 2...9, by: 1)
                $0.add(.add(4, total: nil), 2...9, by: 2, .unknown)
                $0.add(.add(5, total: nil), 2...9, by: 3, .failed)
                $0.add(.readCounter(total), 4...5, by: 4)
            }.verdict
        }
        #expect(read(2) == .valid && read(5) == .valid && read(9) == .valid)
        #expect(read(1) == .invalid(["key k: lost-increment"]))
        #expect(read(10) == .invalid(["key k: duplicate-increment"]))
    }

    @Test func `a counter whose replies show totals is exact`() {
        let twice = conclusion(Counter.self) {
            $0.add(.add(1, total: 1), 0...9, by: 0)
            $0.add(.add(1, total: 1), 0...9, by: 1)
        }
        #expect(twice.verdict.name == "invalid")
        let once = conclusion(Counter.self) {
            $0.add(.add(1, total: 2), 0...9, by: 0)
            $0.add(.add(1, total: 1), 0...9, by: 1)
        }
        #expect(once.verdict == .valid)
    }

    @Test func `one at a time holds a lock`() {
        let good = conclusion(MutualExclusion.self) {
            $0.add(.acquire, 0...1, by: 0)
            $0.add(.release, 2...5, by: 0)
            $0.add(.acquire, 4...9, by: 1)
            $0.add(.release, 0...1, by: 2, .failed)
        }
        #expect(good.verdict == .valid)
        let bad = conclusion(MutualExclusion.self) {
            $0.add(.acquire, 0...1, by: 0)
            $0.add(.acquire, 2...3, by: 1)
            $0.add(.release, 6...7, by: 0)
        }
        #expect(bad.verdict == .invalid(["key k: no-order"]))
    }

    @Test func `a set loses nothing, doubles nothing and invents nothing`() {
        func read(_ shown: [String], again: [String]? = nil) -> Conclusion {
            conclusion(SetModel.self) {
                $0.add(.insert($0.value("1")), 0...1, by: 0)
                $0.add(.insert($0.value("2")), 0...9, by: 1, .unknown)
                $0.add(.insert($0.value("3")), 0...1, by: 2)
                $0.add(.readAll($0.list(shown)), 2...3, by: 3)
                if let again { $0.add(.readAll($0.list(again)), 4...5, by: 3) }
            }
        }
        #expect(read(["1", "3"]).verdict == .valid)
        #expect(read(["1", "2", "3"]).verdict == .valid)
        #expect(read(["3"]).verdict == .invalid(["key k: lost-element"]))
        #expect(read(["1", "1", "3"]).verdict == .invalid(["key k: duplicate-element"]))
        #expect(read(["1", "3", "7"]).verdict == .invalid(["key k: garbage-element"]))
        let late = read(["3"], again: ["1", "3"])
        #expect(late.verdict == .valid)
        #expect(late.notes.contains("key k: 1 element was read late"))
        #expect(read(["1", "2", "3"], again: ["1", "3"]).verdict.name == "invalid")
    }

    @Test func `registers that are read together are one object`() {
        func read(_ first: String, _ second: String) -> Verdict {
            var script = HistoryScript()
            func steps(_ steps: [(String, String, isRead: Bool)]) -> Action {
                let start = script.history.steps.count
                for (key, value, isRead) in steps {
                    let value = script.value(value)
                    script.append(
                        TransactionStep(
                            key: script.key(key),
                            kind: isRead ? .read(value) : .write(value)
                        )
                    )
                }
                return .transaction(Extent(start: UInt32(start), count: UInt32(steps.count)))
            }
            script.add(steps([("x", "1", false), ("y", "1", false)]), 0...1, by: 0, to: "x")
            script.add(steps([("x", "2", false), ("y", "2", false)]), 2...9, by: 1, to: "x")
            script.add(steps([("x", first, true), ("y", second, true)]), 4...5, by: 2, to: "x")
            return MultiRegister.check(script.history, CheckOptions()).verdict
        }
        #expect(read("1", "1") == .valid && read("2", "2") == .valid)
        #expect(read("1", "2").name == "invalid")
    }
}
