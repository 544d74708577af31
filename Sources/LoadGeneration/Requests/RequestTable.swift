internal import CSystemCalls
internal import Workloads

/// A request's place in the table; small, since queues are full of them.
typealias RequestID = Int32

/// One request under way or waiting.
struct Request {
    var kind: OperationKind = .read
    /// Due by a schedule, so that waiting for its key is part of its latency.
    ///
    /// In a closed loop it is not: a client that is not yet free has not yet begun.
    var isScheduled = false
    var key: Int32 = 0
    var slot: UInt16 = 0
    /// How often another node was named; loops between nodes that disagree are slowed down.
    var redirections: UInt8 = 0
    /// Which of the workload's own commands.
    var command: UInt16 = 0
    /// Of a request in two steps: whether the first was answered.
    var isSecondStep = false
    /// The length of the value that it writes, and in how many milliseconds that expires.
    var valueBytes: Int32 = 0
    var lifetime: Int64 = 0
    /// The node that is to be asked this once, whoever is the primary; -1 for nobody.
    var askedNode: Int16 = -1
    /// Why the last try brought nothing; `FailureNames.notSent` before the first.
    var reason = FailureNames.notSent
    /// The client whose connections carry it.
    var client: Int32 = 0
    /// Of writes, once it is their turn.
    var sequence: UInt32 = 0
    /// The first of the record's keys that it may touch, where the record has several.
    var part: Int32 = 0
    /// What its kind needs beside: an amount, a seed, the stamp that a value is compared with.
    var argument: UInt64 = 0
    /// Its place in the history while it is under way there.
    var process = Request.noProcess
    /// The next in the queue of its key, or of the free places.
    var next: RequestID = RequestTable.none
    var intendedAt: Int64 = 0
    var firstSentAt: Int64 = 0
    var sentAt: Int64 = 0
    /// Not to be tried again before.
    var pausedUntil: Int64 = 0

    /// Not recorded, or not any more.
    static let noProcess = UInt32.max
}

/// All requests of an engine; places are used again, so that a request allocates nothing.
struct RequestTable {
    static let none: RequestID = -1
    /// In a link's queue: one of the replies before the one that tells.
    static let partial: RequestID = -2

    private(set) var count = 0
    private var places: [Request] = []
    private var firstFree = none

    subscript(id: RequestID) -> Request {
        get { places[Int(id)] }
        set { places[Int(id)] = newValue }
        _modify { yield &places[Int(id)] }
    }

    func prefetch(_ id: RequestID) {
        unsafe places.withUnsafeBufferPointer { places in
            unsafe ordeal_prefetch(places.baseAddress?.advanced(by: Int(id)))
        }
    }

    mutating func insert(_ request: Request) -> RequestID {
        count += 1
        guard firstFree != Self.none else {
            places.append(request)
            return RequestID(places.count - 1)
        }
        let id = firstFree
        firstFree = places[Int(id)].next
        places[Int(id)] = request
        return id
    }

    mutating func remove(_ id: RequestID) {
        count -= 1
        places[Int(id)].next = firstFree
        firstFree = id
    }
}
