internal import CProcessor
internal import Workloads

/// A request's place in the table; small, since queues are full of them.
typealias RequestID = Int32

/// One request under way or waiting: 64 bytes, one line of the cache.
struct Request {
    var intendedAt: Int64 = 0
    var firstSentAt: Int64 = 0
    /// When it was sent last; of one that was told to wait, when it may be tried again.
    var sentAt: Int64 = 0
    /// What its kind needs beside: an amount, a seed, the stamp that a value is compared with.
    var argument: UInt64 = 0
    var key: Int32 = 0
    /// The client whose connections carry it.
    var client: Int32 = 0
    /// Of writes, once it is their turn.
    var sequence: UInt32 = 0
    /// The first of the record's keys that it may touch, where the record has several.
    var part: Int32 = 0
    /// Its place in the history while it is under way there.
    var process = Request.noProcess
    /// The next in the queue of its key, or of the free places.
    var next: RequestID = RequestTable.none
    var slot: UInt16 = 0
    /// The node that is to be asked this once, whoever is the primary; -1 for nobody.
    var askedNode: Int16 = -1
    var kind: OperationKind = .read
    /// Why the last try brought nothing; `FailureNames.notSent` before the first.
    var reason = FailureNames.notSent
    /// How often another node was named; loops between nodes that disagree are slowed down.
    var redirections: UInt8 = 0
    private var marks: UInt8 = 0

    /// Due by a schedule, so that waiting for its key is part of its latency.
    ///
    /// In a closed loop it is not: a client that is not yet free has not yet begun.
    var isScheduled: Bool {
        get { marks & 1 != 0 }
        set { marks = newValue ? marks | 1 : marks & ~1 }
    }

    /// Of a request in two steps: whether the first was answered.
    var isSecondStep: Bool {
        get { marks & 2 != 0 }
        set { marks = newValue ? marks | 2 : marks & ~2 }
    }

    init(_ kind: OperationKind = .read, intendedAt: Int64 = 0, isScheduled: Bool = false) {
        self.kind = kind
        self.intendedAt = intendedAt
        self.isScheduled = isScheduled
    }

    /// Not recorded, or not any more.
    static let noProcess = UInt32.max
}

/// What only some workloads ask of a request.
struct RequestDetails {
    /// The length of the value that it writes, and in how many milliseconds that expires.
    var valueBytes: Int32 = 0
    /// Which of the workload's own commands.
    var command: UInt16 = 0
    var lifetime: Int64 = 0
}

/// All requests of an engine; places are used again, so that a request allocates nothing.
@safe struct RequestTable: ~Copyable {
    static let none: RequestID = -1
    /// In a link's queue: one of the replies before the one that tells.
    static let partial: RequestID = -2

    private(set) var count = 0
    private var places: UnsafeMutablePointer<Request>
    private var capacity = 64
    private var used = 0
    private var firstFree = none
    /// By place; kept only for requests that templates cannot write.
    private var details: [RequestDetails] = []

    private static let lineBytes = 64

    init() {
        unsafe places = Self.allocate(capacity)
    }

    deinit { unsafe UnsafeMutableRawPointer(places).deallocate() }

    /// A request that was inserted and not removed.
    subscript(id: RequestID) -> Request {
        _read {
            assert(id >= 0 && Int(id) < used, "Only requests have a place.")
            yield unsafe places[Int(id)]
        }
        _modify {
            assert(id >= 0 && Int(id) < used, "Only requests have a place.")
            yield unsafe &places[Int(id)]
        }
    }

    func details(of id: RequestID) -> RequestDetails {
        Int(id) < details.count ? details[Int(id)] : RequestDetails()
    }

    mutating func setDetails(of id: RequestID, _ new: RequestDetails) {
        while details.count <= Int(id) { details.append(RequestDetails()) }
        details[Int(id)] = new
    }

    func prefetch(_ id: RequestID) {
        unsafe ordeal_prefetch(places + Int(id))
    }

    mutating func insert(_ request: Request) -> RequestID {
        count += 1
        var id = firstFree
        if id != Self.none {
            firstFree = unsafe places[Int(id)].next
        } else {
            if used == capacity { grow() }
            id = RequestID(truncatingIfNeeded: used)
            used += 1
        }
        unsafe places[Int(id)] = request
        return id
    }

    mutating func remove(_ id: RequestID) {
        count -= 1
        unsafe places[Int(id)].next = firstFree
        firstFree = id
    }

    /// Gives places out from the first on again, once none is in use: the requests of one client then
    /// lie beside each other.
    mutating func tidy() {
        guard count == 0 else { return }
        (used, firstFree) = (0, Self.none)
    }

    private mutating func grow() {
        let larger = unsafe Self.allocate(capacity * 2)
        unsafe larger.initialize(from: places, count: used)
        unsafe UnsafeMutableRawPointer(places).deallocate()
        unsafe places = larger
        capacity *= 2
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Request> {
        let bytes = capacity * MemoryLayout<Request>.stride
        return unsafe UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: lineBytes)
            .bindMemory(to: Request.self, capacity: capacity)
    }
}
