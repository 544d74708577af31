import Determinism

/// How the packets of one direction of one link fare.
struct LinkLaw: Sendable, Equatable {
    var delay: Spread
    var loss: Chance
    /// Only between nodes: whether a message of a connection arrives twice, or is overtaken.
    ///
    /// TCP keeps both from its users; the cores bear it all the same.
    var duplication: Chance
    var reordering: Chance
    /// Messages on their way; one more breaks the connection.
    var queueLimit: Int

    /// A lost packet is sent again after this, which doubles while it is lost again.
    static let retransmission: UInt64 = 200_000_000
    /// Until later packets make the receiver ask for it.
    static let fastRetransmission = Spread(400_000, 1_000_000)
}

/// One direction between two endpoints.
struct DirectedLinkState {
    var law: LinkLaw
    /// Faults that cut it, and faults that hold everything up until they end.
    var cuts = 0
    var clogs = 0
    var lastDelivery: UInt64 = 0
    /// When the receiving end learns of the newest connection.
    var opened: UInt64 = 0
    /// Sent and neither delivered nor given up, in order, while nothing passes.
    var stalled: [UInt32] = []
}

/// How often something happened to what nodes send each other and the coordinator: what a run did not
/// meet, it did not show.
public struct NetworkEvidence: Sendable, Equatable {
    /// Held up by a cut, and by a clog.
    public var cut = 0
    public var clogged = 0
    /// Lost, and sent again.
    public var lost = 0
    public var duplicated = 0
    public var reordered = 0
    /// Connections that broke because too much waited to be sent.
    public var overflowed = 0

    public init() {}
}

/// Every directed link; endpoint 0 is the coordinator, then come the nodes, then groups of clients.
struct Network {
    private(set) var endpoints: Int
    private var links: [DirectedLinkState]
    var generator: SeededGenerator
    /// Decides what arrives twice or late.
    private var wireGenerator: SeededGenerator
    var evidence = NetworkEvidence()

    init(endpoints: Int, law: LinkLaw, seed: Seed) {
        self.endpoints = endpoints
        links = Array(repeating: DirectedLinkState(law: law), count: endpoints * endpoints)
        generator = SeededGenerator(seed: seed)
        wireGenerator = SeededGenerator(seed: seed.derived("wire"))
    }

    subscript(from: Int, to: Int) -> DirectedLinkState {
        get { links[from &* endpoints &+ to] }
        _modify { yield &links[from &* endpoints &+ to] }
    }

    func isOpen(_ from: Int, _ to: Int) -> Bool {
        let link = from &* endpoints &+ to
        return links[link].cuts == 0 && links[link].clogs == 0
    }

    func isCut(_ from: Int, _ to: Int) -> Bool { links[from &* endpoints &+ to].cuts > 0 }

    /// When something that is sent now over a connection arrives: never before what was sent earlier.
    mutating func arrival(_ from: Int, _ to: Int, at now: UInt64) -> UInt64 {
        let link = from &* endpoints &+ to
        let bits = generator.next()
        var delay = links[link].law.delay.duration(bits)
        if links[link].law.loss.happens(bits) { delay &+= retransmissionDelay(links[link].law) }
        let time = max(now &+ delay, links[link].lastDelivery &+ 1)
        links[link].lastDelivery = time
        return time
    }

    /// When a message of a connection between nodes arrives: it may be overtaken.
    mutating func messageArrival(_ from: Int, _ to: Int, at now: UInt64) -> UInt64 {
        let link = from &* endpoints &+ to
        let chance = links[link].law.reordering
        guard chance != .never, chance.happens(wireGenerator.next()) else {
            return arrival(from, to, at: now)
        }
        evidence.reordered += 1
        return detour(link, at: now)
    }

    /// When a message of a connection arrives for the second time; nil where it does not.
    mutating func secondArrival(_ from: Int, _ to: Int, at now: UInt64) -> UInt64? {
        let link = from &* endpoints &+ to
        let chance = links[link].law.duplication
        guard chance != .never, chance.happens(wireGenerator.next()) else { return nil }
        evidence.duplicated += 1
        return detour(link, at: now)
    }

    /// Some delays long, so that later messages are there sooner.
    ///
    /// But never sooner than the connection: an end that knows nothing of it would drop the message.
    private mutating func detour(_ link: Int, at now: UInt64) -> UInt64 {
        let hops = 1 + wireGenerator.next() & 7
        let time = now &+ hops &* links[link].law.delay.draw(&wireGenerator)
        return max(time, links[link].opened &+ 1)
    }

    /// When something arrives that has a connection of its own.
    mutating func looseArrival(_ from: Int, _ to: Int, at now: UInt64) -> UInt64 {
        let link = from &* endpoints &+ to
        let bits = generator.next()
        var delay = links[link].law.delay.duration(bits)
        if links[link].law.loss.happens(bits) { delay &+= retransmissionDelay(links[link].law) }
        return now &+ delay
    }

    /// When the end that is dialled learns of a new connection, and then the one that dials.
    mutating func connect(_ from: Int, _ to: Int, at now: UInt64) -> (there: UInt64, back: UInt64) {
        forgetOrder(from, to)
        forgetOrder(to, from)
        let there = arrival(from, to, at: now)
        let back = arrival(to, from, at: there)
        self[from, to].opened = there
        self[to, from].opened = back
        return (there, back)
    }

    /// What is sent from now on over a new connection does not wait for what the old one lost.
    mutating func forgetOrder(_ from: Int, _ to: Int) { self[from, to].lastDelivery = 0 }

    /// How long what is sent now waits for what was lost before it.
    func wait(_ from: Int, _ to: Int, at now: UInt64) -> UInt64 {
        let last = links[from &* endpoints &+ to].lastDelivery
        return last > now ? last - now : 0
    }

    private mutating func retransmissionDelay(_ law: LinkLaw) -> UInt64 {
        evidence.lost += 1
        if generator.next() & 3 != 0 { return LinkLaw.fastRetransmission.draw(&generator) }
        var delay = LinkLaw.retransmission
        var wait = delay
        while law.loss.happens(generator.next()), wait < 8 * LinkLaw.retransmission {
            wait *= 2
            delay += wait
        }
        return delay
    }
}
