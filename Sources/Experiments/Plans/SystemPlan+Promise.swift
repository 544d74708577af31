internal import Consistency

extension SystemPlan {
    /// What the mode promises with so many copies; nil for a mode that declares nothing.
    var promise: Promise? {
        Promise.named(replication, replicas: copies, minimumInSync: minimumInSync)
    }
}
