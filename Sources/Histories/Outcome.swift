/// What a client may conclude about one request.
public enum Outcome: UInt8, Sendable, Hashable, Codable, CaseIterable {
    /// The answer arrived and says yes.
    case ok = 0
    /// It definitely did not happen: refused before it was sent, or by an answer that proves it.
    case failed = 1
    /// It may have happened, and may still happen: the answer did not come.
    case unknown = 2
}
