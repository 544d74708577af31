/// What nodes say to each other.
///
/// A link delivers messages in order or breaks.
public enum PeerMessage: Sendable, Equatable {
    /// Who reads → replicas, every `Timing.poll`: asks for a lease on each shard.
    case poll(Poll)
    case pollAnswer(PollAnswer)
    /// Primary → backup, or from one link of a chain to the next: what all shards of the pair have
    /// gathered.
    case appends([Append])
    /// Against that stream: what it now has, and where it could not follow.
    case appendAnswers([AppendAnswer])
    /// Primary → backup: one chunk of a full copy.
    case snapshot(SnapshotChunk)
    case snapshotAnswer(SnapshotAnswer)
    /// New primary → replicas: store this term and report.
    case recover([RecoverRequest])
    case recoverAnswers([RecoverAnswer])
    /// Head of a chain → tail.
    case read(Read)
    case readAnswer(ReadAnswer)
}
