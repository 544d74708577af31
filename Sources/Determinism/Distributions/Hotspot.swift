/// A part of the keys takes a part of the requests; inside and outside, all are equally likely.
public struct Hotspot: Distribution {
    public static let name = "hotspot"
    public static let summary = "a part of the keys takes most requests, evenly"

    /// The part of the ranks that is hot.
    public var keys = 0.2
    /// The part of the draws that it takes.
    public var operations = 0.8

    public static let parameters: [LawParameter<Self>] = [
        LawParameter("keys", \.keys, in: 0...1, "the part of the keys that is hot"),
        LawParameter("operations", \.operations, in: 0...1, "the part of the requests it takes"),
    ]

    public init() {}

    public init(keys: Double, operations: Double) {
        self.keys = min(max(keys, 0), 1)
        self.operations = min(max(operations, self.keys), 1)
    }

    public var contradiction: String? {
        operations < keys
            ? "a hot set with a smaller part of the operations than of the keys is a cold one" : nil
    }

    public func sampler(count: Int) -> any RankSampler {
        HotspotSampler(law: self, count: max(1, count))
    }
}

private struct HotspotSampler: RankSampler {
    private let law: Hotspot
    private var count = 1
    private var hot = 1
    private var hotShare = 1.0

    init(law: Hotspot, count: Int) {
        self.law = law
        resize(to: count)
    }

    mutating func resize(to count: Int) {
        self.count = max(1, count)
        hot = min(max(1, Int((Double(self.count) * law.keys).rounded())), self.count)
        hotShare = hot == self.count ? 1 : law.operations
    }

    func rank(_ ordinal: Int, using generator: inout SeededGenerator) -> Int {
        generator.nextUnit() < hotShare
            ? generator.next(below: hot) : hot + generator.next(below: count - hot)
    }

    func probability(ofRank rank: Int) -> Double {
        rank < hot ? hotShare / Double(hot) : (1 - hotShare) / Double(count - hot)
    }
}
