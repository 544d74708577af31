import Report
import Testing

@Suite struct FigureTests {
    @Test(arguments: [
        (0.0, "0 s"), (3.2e-9, "3.20 ns"), (0.000_34, "340 µs"), (0.001_234, "1.23 ms"),
        (0.012_34, "12.3 ms"), (0.999_7, "1.00 s"), (0.000_999_7, "1.00 ms"), (2.406, "2.41 s"),
        (123.4, "123 s"), (-0.5, "−500 ms"), (.infinity, "–"), (.nan, "–"),
    ])
    func `durations have three digits and the unit that suits them`(seconds: Double, text: String) {
        #expect(Figure.duration(seconds) == text)
    }

    @Test func `counts are grouped, rates are whole, unknown is a dash`() {
        #expect(Figure.count(0) == "0")
        #expect(Figure.count(999) == "999")
        #expect(Figure.count(1000) == "1,000")
        #expect(Figure.count(-1_234_567) == "−1,234,567")
        #expect(Figure.count(.min) == "−9,223,372,036,854,775,808")
        #expect(Figure.rate(4012.4) == "4,012/s")
        #expect(Figure.rate(3.14) == "3.14/s")
        #expect(Figure.percent(0.0042) == "0.4 %")
        #expect(Figure.moment(12.301) == "12.301 s")
        #expect(Figure.bytes(24_696_061_952) == "24.7 GB")
        #expect(Figure.duration(nil) == "–" && Figure.count(nil) == "–" && Figure.rate(nil) == "–")
    }

    @Test func `logarithms are exact to many digits`() {
        for exponent in -30...30 {
            let power = Double(sign: .plus, exponent: exponent, significand: 1)
            #expect(Logarithm.base2(power) == Double(exponent))
        }
        #expect(abs(Logarithm.base2(10) - 3.321_928_094_887_362) < 1e-11)
        #expect(abs(Logarithm.base2(1.999_999_999) - 0.999_999_999_278_652_5) < 1e-11)
        #expect(Logarithm.base2(0) == 0)
    }
}
