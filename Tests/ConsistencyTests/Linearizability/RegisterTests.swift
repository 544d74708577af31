import Consistency
import Histories
import Testing

@Suite struct RegisterTests {
    private func verdict(
        _ options: CheckOptions = CheckOptions(),
        _ write: (inout HistoryScript) -> Void
    ) -> Conclusion {
        var script = HistoryScript()
        write(&script)
        return CompareAndSetRegister.check(script.history, options)
    }

    @Test func `reads that follow the writes are valid`() {
        let conclusion = verdict {
            $0.write("1", 0...1)
            $0.read("1", 2...3)
            $0.write("2", 4...7)
            $0.read("1", 5...6)
            $0.read("2", 5...6)
        }
        #expect(conclusion.verdict == .valid)
        #expect(conclusion.operations == 5)
    }

    @Test func `a value that is back is told in a few lines`() throws {
        let conclusion = verdict {
            $0.write("1", 0...1)
            $0.write("2", 2...3)
            $0.read("1", 4...5)
        }
        #expect(conclusion.verdict == .invalid(["key k: lost-write"]))
        let example = try #require(conclusion.counterexamples.first)
        #expect(example.operations == [0, 1, 2])
        #expect((4...8).contains(example.lines.count))
        #expect(example.lines.contains("process 2 read 1 from k: 4 ms – 5 ms"))
    }

    @Test func `equal times are concurrent`() {
        let conclusion = verdict {
            $0.write("1", 0...1)
            $0.write("2", 1...2)
            $0.read("1", 2...3)
        }
        #expect(conclusion.verdict == .valid)
    }

    @Test func `nothing is a value: what was acknowledged may not read as absent`() {
        let lost: (inout HistoryScript) -> Void = {
            $0.write("1", 0...1)
            $0.read(nil, 2...3)
            $0.read("1", 4...5)
        }
        #expect(verdict(CheckOptions(), lost).verdict == .invalid(["key k: lost-write"]))
        #expect(verdict(CheckOptions(nilReads: .any), lost).verdict == .valid)
        let deleted = verdict {
            $0.write("1", 0...1)
            $0.add(.delete, 2...3)
            $0.read(nil, 4...5)
        }
        #expect(deleted.verdict == .valid)
    }

    @Test func `a write that nobody answered may come late, or never`() {
        for late in ["1", "2"] {
            let conclusion = verdict {
                $0.write("1", 0...1)
                $0.write("2", 2...3, .unknown)
                $0.read("1", 4...5)
                $0.read(late, 6...7)
            }
            #expect(conclusion.verdict == .valid)
        }
        let back = verdict {
            $0.write("1", 0...1)
            $0.write("2", 2...3, .unknown)
            $0.read("2", 4...5)
            $0.read("1", 6...7)
        }
        #expect(back.verdict.name == "invalid")
    }

    @Test func `a write that changes nothing leaves no trace, but has to happen`() {
        let conclusion = verdict {
            $0.write("1", 0...1)
            $0.add(.delete, 2...3, by: 1)
            // Nobody answered this one, and it does the same as the next.
            $0.add(.delete, 4...5, by: 2, .unknown)
            $0.add(.delete, 6...20, by: 3)
            $0.write("2", 8...9)
            $0.read("2", 10...11)
            $0.read("2", 22...23)
        }
        #expect(conclusion.verdict == .valid)
    }

    @Test func `a refused compare-and-set says that the value was not there`() {
        let refused = verdict {
            $0.write("1", 0...1)
            $0.swap("1", "2", 2...3, swapped: false)
            $0.read("1", 4...5)
        }
        #expect(refused.verdict.name == "invalid")
        let other = verdict {
            $0.write("1", 0...1)
            $0.swap("3", "2", 2...3, swapped: false)
            $0.read("1", 4...5)
        }
        #expect(other.verdict == .valid)
    }

    @Test func `one write is not replaced twice`() {
        let conclusion = verdict {
            $0.write("1", 0...1)
            $0.swap("1", "2", 2...9)
            $0.swap("1", "3", 2...9)
        }
        #expect(conclusion.verdict == .invalid(["key k: double-swap"]))
    }

    @Test func `what nobody wrote, or not yet, cannot be read`() {
        let garbage = verdict {
            $0.write("1", 0...1)
            $0.read("7", 2...3)
        }
        #expect(garbage.verdict == .invalid(["key k: garbage-read"]))
        let early = verdict {
            $0.read("1", 0...1)
            $0.write("1", 2...3)
        }
        #expect(early.verdict == .invalid(["key k: future-read"]))
    }

    @Test func `a history that proves nothing is unknown`() {
        let unread = verdict {
            $0.write("1", 0...1)
            $0.read(nil, 2...3, .failed)
        }
        #expect(unread.verdict == .unknown(["no read said what was there"]))
        let unwritten = verdict {
            $0.write("1", 0...1, .failed)
            $0.read(nil, 2...3)
        }
        #expect(unwritten.verdict == .unknown(["no write was completed"]))
        let empty = verdict { _ in }
        #expect(empty.verdict.name == "unknown")
    }

    @Test func `a search without budget is unknown, and says what it used`() {
        let options = CheckOptions(budget: SearchBudget(states: 40, bytes: 1 << 30))
        let store = SimulatedObjects(.swaps, clients: 12, operations: 400, values: 3)
        let conclusion = CompareAndSetRegister.check(store.history(seed: 7), options)
        #expect(conclusion.verdict.name == "unknown")
        #expect(conclusion.spent.states > 0)
    }

    @Test(arguments: [70, 300, 1100])
    func `hundreds of clients at once are judged`(clients: Int) {
        let store = SimulatedObjects(.register, clients: clients, operations: 3000, values: 5)
        let conclusion = Register.check(store.history(seed: 3), CheckOptions())
        #expect(conclusion.verdict == .valid)
    }

    @Test func `the parts of a plan come to what the check says`() {
        let store = SimulatedObjects(.register, clients: 8, operations: 60_000, keys: 50)
        let history = store.history(seed: 5)
        let plan = Register.plan(history, CheckOptions())
        #expect(plan.parts.count > 1)
        #expect(plan.carriedOut() == Register.check(history, CheckOptions()))
    }

    @Test func `of a register with compare-and-sets the plain model knows nothing`() {
        var script = HistoryScript()
        script.write("0", 0...1)
        script.swap("0", "1", 2...3)
        script.read("1", 4...5)
        #expect(Register.check(script.history, CheckOptions()).verdict.name == "unknown")
        #expect(CompareAndSetRegister.check(script.history, CheckOptions()).verdict == .valid)
    }
}
