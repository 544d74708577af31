/// A zipfian law over the age of the records: the newest is the hottest.
public struct Latest: Distribution {
    public static let name = "latest"
    public static let summary = "zipfian by age: the newest key is the hottest"
    public static let placement = RankPlacement.newestFirst

    /// At least 0; YCSB's default is 0.99.
    public var exponent = 0.99

    public static let parameters: [LawParameter<Self>] = [
        LawParameter("exponent", \.exponent, in: Zipfian.exponents, "how steep; 0 is uniform")
    ]

    public init() {}

    public func sampler(count: Int) -> any RankSampler {
        Zipfian(exponent: exponent).sampler(count: count)
    }
}
