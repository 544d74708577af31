/// What a coordinator asks of etcd: the few requests of its version 3 that leadership and the map need.
public enum EtcdRequest: Equatable, Sendable {
    case grantLease(seconds: Int64)
    /// Lets a lease last its full time again.
    case keepLease(Int64)
    /// Ends a lease, and with it every key that was put under it.
    case revokeLease(Int64)
    case transaction(EtcdTransaction)
}

/// Reads and writes that happen at once, chosen by conditions that are looked at in the same moment.
public struct EtcdTransaction: Equatable, Sendable {
    public var conditions: [Condition]
    /// Where all conditions hold; the others otherwise.
    public var success: [Operation]
    public var failure: [Operation]

    public enum Condition: Equatable, Sendable {
        /// The revision in which the key came to be; 0 where it is not there.
        case created(String, at: Int64)
        /// The revision that changed the key last; 0 where it is not there.
        case modified(String, at: Int64)
    }

    public enum Operation: Equatable, Sendable {
        case put(String, [UInt8], lease: Int64?)
        case read(String)
    }

    public init(
        _ conditions: [Condition] = [],
        success: [Operation],
        failure: [Operation] = []
    ) {
        self.conditions = conditions
        self.success = success
        self.failure = failure
    }
}

/// What etcd answered.
public struct EtcdReply: Equatable, Sendable {
    /// etcd's own count of changes, after a transaction that changed something the number of that change.
    public var revision: Int64
    /// The reign of etcd's own leader, as the member that answered knew it.
    public var term: UInt64
    public var result: Result

    public enum Result: Equatable, Sendable {
        case granted(lease: Int64, seconds: Int64)
        /// The seconds that the lease has again; 0 where there is no such lease.
        case kept(seconds: Int64)
        case revoked
        /// What was read, in the order of the operations that read; nil for a key that is not there.
        case transaction(succeeded: Bool, [EtcdEntry?])
        /// Nothing was done: the lease that the request names is over.
        case leaseMissing
        /// Nothing was done: etcd takes no value as large as that.
        case tooLarge
    }

    public init(revision: Int64, term: UInt64, _ result: Result) {
        self.revision = revision
        self.term = term
        self.result = result
    }
}

/// A key's value and where it comes from.
public struct EtcdEntry: Equatable, Sendable {
    public var value: [UInt8]
    public var created: Int64
    public var modified: Int64
    /// The lease that it goes with; 0 for none.
    public var lease: Int64

    public init(value: [UInt8], created: Int64, modified: Int64, lease: Int64 = 0) {
        self.value = value
        self.created = created
        self.modified = modified
        self.lease = lease
    }
}
