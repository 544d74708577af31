/// A node of the cluster under test: its number in the plan and where clients reach it.
public struct ClusterNode: Hashable, Sendable, Codable {
    public var number: Int
    public var endpoint: Endpoint

    public init(number: Int, endpoint: Endpoint) {
        self.number = number
        self.endpoint = endpoint
    }
}
