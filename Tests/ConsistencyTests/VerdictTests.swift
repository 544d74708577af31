import Consistency
import Testing

@Suite struct VerdictTests {
    @Test func `a violation outranks everything, and not knowing outranks valid`() {
        let order: [Verdict] = [
            .valid, .unknown(["u"]), .assumptionViolated(["a"]), .void(["v"]), .invalid(["i"]),
        ]
        for (index, verdict) in order.enumerated() {
            for lesser in order[...index] {
                #expect(Verdict.combined([lesser, verdict]) == verdict)
                #expect(Verdict.combined([verdict, lesser]) == verdict)
            }
        }
    }

    @Test func `equal verdicts add their reasons up, and nothing proves nothing`() {
        #expect(
            Verdict.combined([.unknown(["a"]), .valid, .unknown(["b", "a"])])
                == .unknown(["a", "b"])
        )
        #expect(Verdict.combined([Verdict]()).name == "unknown")
    }

    @Test func `exit codes follow 1 before 4 before 2 before 3`() {
        #expect(ExitCode(verdict: .invalid([]), gatesPassed: false) == .correctnessViolation)
        #expect(ExitCode(verdict: .void([]), gatesPassed: false) == .void)
        #expect(ExitCode(verdict: .unknown([]), gatesPassed: false) == .gateFailed)
        #expect(ExitCode(verdict: .valid, gatesPassed: false) == .gateFailed)
        #expect(ExitCode(verdict: .unknown([]), gatesPassed: true) == .inconclusive)
        #expect(ExitCode(verdict: .assumptionViolated([]), gatesPassed: true) == .inconclusive)
        #expect(ExitCode(verdict: .valid, gatesPassed: true) == .ok)
    }

    @Test func `every verdict has a name that leads back to it`() {
        for name in ["valid", "invalid", "unknown", "assumption-violated", "void"] {
            #expect(Verdict(name: name, reasons: [])?.name == name)
        }
        #expect(Verdict(name: "green", reasons: []) == nil)
    }
}
