import Foundation
import Testing

@testable import Determinism

@Suite struct ElementaryTests {
    @Test func `logarithm and exponential agree with the C library's`() {
        var generator = SeededGenerator(seed: Seed(1))
        for _ in 0..<20_000 {
            let unit = generator.nextUnit()
            let wide = unit * 1e9 + 1e-9
            let small = (unit - 0.5) * 1e-3
            expectClose(Elementary.log(wide), Foundation.log(wide), wide)
            expectClose(Elementary.log1p(small), Foundation.log1p(small), small)
            expectClose(Elementary.log1p(unit), Foundation.log1p(unit), unit)
            expectClose(Elementary.expm1(small), Foundation.expm1(small), small)
            let exponent = (unit - 0.5) * 100
            expectClose(Elementary.exp(exponent), Foundation.exp(exponent), exponent)
            expectClose(Elementary.expm1(exponent), Foundation.expm1(exponent), exponent)
        }
        #expect(Elementary.log(1) == 0)
        #expect(Elementary.exp(0) == 1)
    }

    private func expectClose(_ value: Double, _ reference: Double, _ argument: Double) {
        let scale = max(abs(reference), 1e-300)
        if abs(value - reference) / scale > 4e-15 {
            Issue.record("\(value) is not \(reference), of \(argument)")
        }
    }
}
