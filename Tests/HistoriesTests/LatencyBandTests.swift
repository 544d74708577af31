import Histories
import Testing

@Suite struct LatencyBandTests {
    @Test func `bands touch, grow, and hold what they are asked for`() {
        for index in 1..<LatencyBand.count {
            let band = LatencyBand(index: index)
            let before = LatencyBand(index: index - 1)
            #expect(before.upperBound == band.lowerBound)
            #expect(LatencyBand(nanoseconds: band.lowerBound) == band)
            #expect(LatencyBand(nanoseconds: band.upperBound - 1) == band)
            #expect(Double(band.upperBound) / Double(band.lowerBound) <= 1.25)
        }
        #expect(LatencyBand(nanoseconds: -5).index == 0)
        #expect(LatencyBand(nanoseconds: .max).index == LatencyBand.count - 1)
    }
}
