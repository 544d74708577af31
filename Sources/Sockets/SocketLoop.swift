internal import CSystemCalls

/// One thread's event loop: sockets, alarms, and tasks that other threads send.
///
/// Every socket is registered once, for reading; a request costs one write, one read, and its share
/// of one wait, and nothing is allocated for it. Confined to the thread that runs it.
@safe public final class SocketLoop {
    /// When alarms were last looked at; nanoseconds of the monotonic clock.
    public private(set) var now = monotonicNow()
    /// What other threads use to wake it.
    public let waker: LoopWaker
    /// Called when somebody has used the waker.
    public var onWake: () -> Void = {}
    /// Called when everything that was ready has been handled, before the next wait.
    public var onTurnEnd: () -> Void = {}
    /// The one alarm that is set again and again: when it is due, and what is called then.
    public var paceAt = Int64.max
    public var onPace: () -> Void = {}
    /// Where waking late would be measured; nil where waiting is always sleeping.
    public var vigil: Vigil?

    private let poll: Int32
    private var watched: [Watched?] = []
    private var free: [UInt32] = []
    /// Numbers that may still stand in the list of what is ready.
    private var released: [UInt32] = []
    private var alarms = AlarmQueue()
    private var isStopped = false
    private var ready: [ordeal_readiness]
    /// What every read fills; bytes stay in it only until they were handed over.
    let input: UnsafeMutableRawBufferPointer

    private static let eventsAtOnce = 256
    /// Of the waker, which is not among `watched`.
    private static let wakerNumber = UInt32.max
    /// Room for the replies of deep pipelines.
    private static let inputSize = 256 << 10

    /// A file that the loop watches, and who is told.
    private struct Watched {
        let file: Int32
        let watcher: any Watcher
    }

    /// Who is told what a poll says of a file.
    public protocol Watcher: AnyObject {
        func ready(_ readiness: Readiness, on loop: SocketLoop)
    }

    public struct Readiness: OptionSet, Sendable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        public static let readable = Self(rawValue: UInt32(ORDEAL_READABLE))
        public static let writable = Self(rawValue: UInt32(ORDEAL_WRITABLE))
        public static let hungUp = Self(rawValue: UInt32(ORDEAL_HANG_UP))
    }

    public init() throws(SocketFailure) {
        poll = ordeal_poll_open()
        guard poll >= 0 else { throw SocketFailure(code: -poll) }
        waker = LoopWaker()
        ready = Array(
            repeating: ordeal_readiness(number: 0, flags: 0),
            count: Self.eventsAtOnce
        )
        unsafe input = .allocate(byteCount: Self.inputSize, alignment: 64)
        let flags = UInt32(ORDEAL_READABLE)
        let problem = ordeal_poll_add(poll, waker.file, Self.wakerNumber, flags)
        guard problem == 0 else { throw SocketFailure(code: problem) }
    }

    deinit {
        unsafe input.deallocate()
        ordeal_socket_close(poll, 0)
    }

    /// Handles events until `stop`.
    public func run() {
        ordeal_wake_exactly()
        now = monotonicNow()
        while !isStopped {
            onTurnEnd()
            let count = wait()
            for index in 0..<count { handle(ready[index]) }
            free.append(contentsOf: released)
            released.removeAll(keepingCapacity: true)
            now = monotonicNow()
            ringDueAlarms()
        }
    }

    /// Forgets every alarm, and with them who set them: once `run` is over.
    public func forget() { alarms = AlarmQueue() }

    /// Ends `run` after the events at hand.
    public func stop() { isStopped = true }

    /// Runs a task at a time of the monotonic clock, or at once if that is past.
    public func at(_ time: Int64, _ task: @escaping () -> Void) {
        alarms.insert(time, task)
    }

    /// Watches a file until `unwatch`; the number names it.
    public func watch(
        _ file: Int32,
        _ readiness: Readiness,
        _ watcher: any Watcher
    ) -> UInt32? {
        let number = free.popLast() ?? UInt32(watched.count)
        if Int(number) == watched.count { watched.append(nil) }
        guard ordeal_poll_add(poll, file, number, readiness.rawValue) == 0 else {
            free.append(number)
            return nil
        }
        watched[Int(number)] = Watched(file: file, watcher: watcher)
        return number
    }

    public func watch(_ number: UInt32, anewFor readiness: Readiness) {
        guard let file = watched[Int(number)]?.file else { return }
        // It fails only where the file is closed, which ends the watching anyway.
        _ = ordeal_poll_change(poll, file, number, readiness.rawValue)
    }

    /// The file is about to be closed, which takes it out of the poll.
    public func unwatch(_ number: UInt32) {
        watched[Int(number)] = nil
        released.append(number)
    }

    private func wait() -> Int {
        guard vigil == nil || isStopped else { return waitAwake() }
        let next = min(paceAt, alarms.next ?? .max)
        return wait(isStopped ? 0 : next == .max ? -1 : max(0, next - monotonicNow()))
    }

    /// - Parameter timeout: In nanoseconds; for ever where it is negative.
    private func wait(_ timeout: Int64) -> Int {
        let count = unsafe ordeal_poll_wait(poll, &ready, Int32(Self.eventsAtOnce), timeout)
        // A loop that cannot wait would look alive and hear nobody.
        precondition(count >= 0, "the kernel does not let this process wait for sockets")
        return Int(count)
    }

    /// Waits as the vigil says: first awake, then asleep.
    private func waitAwake() -> Int {
        let start = monotonicNow()
        let alarm = alarms.next ?? .max
        guard let course = vigil?.course(at: start, pace: paceAt, alarm: alarm) else { return 0 }
        var (awakeUntil, count) = (start, 0)
        while awakeUntil < course.awake, count == 0 {
            count = wait(0)
            awakeUntil = monotonicNow()
        }
        var (end, overslept) = (awakeUntil, Int64?.none)
        if count == 0, course.asleep > awakeUntil {
            count = wait(course.asleep == .max ? -1 : course.asleep - awakeUntil)
            end = monotonicNow()
            if count == 0 { overslept = end - course.asleep }
        } else if count == 0, course.awake == start {
            count = wait(0)
        }
        vigil?.waited(from: start, awakeUntil: awakeUntil, until: end, overslept: overslept)
        if vigil?.isJudgementDue(at: end) == true {
            vigil?.judge(at: end, preemptions: ordeal_thread_preemptions())
        }
        return count
    }

    private func handle(_ event: ordeal_readiness) {
        if event.number == Self.wakerNumber {
            waker.clear()
            return onWake()
        }
        // It may have been closed by what was handled before it in this turn.
        guard let entry = watched[Int(event.number)] else { return }
        entry.watcher.ready(Readiness(rawValue: event.flags), on: self)
    }

    private func ringDueAlarms() {
        if paceAt <= now {
            paceAt = .max
            onPace()
        }
        // Only those that are set by now: one that sets itself again must not keep the loop.
        let limit = alarms.lastSerial
        while let task = alarms.take(dueBy: now, upTo: limit) { task() }
    }
}

/// Nanoseconds of CLOCK_MONOTONIC, which a loop's alarms count too.
public func monotonicNow() -> Int64 {
    Int64(ordeal_monotonic_nanoseconds())
}
