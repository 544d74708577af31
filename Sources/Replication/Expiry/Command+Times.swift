/// The times of a command, in milliseconds of log time, which counts from the Unix epoch.
///
/// A client names a deadline or how long it is until then; the primary makes it a deadline, and notes its
/// log time beside it, where the command takes its place in the log. So what a key's end is, and whether
/// it has come already, is decided by the log alone.
extension Command {
    /// The last argument of a timed command: the log time, then the deadline, 8 bytes each, little-endian.
    public static let timesByteCount = 16

    /// Whether it has times, or, of a transaction, any part has.
    public var isTimed: Bool { bytes[1] & Flags.timed.rawValue != 0 }

    /// The log time at which it was put into the log; nil where it has no times of its own.
    var logTime: Int64? { ownTimesEnd.map { Self.number(in: bytes, at: $0 - 16) } }

    var deadline: Int64? { ownTimesEnd.map { Self.number(in: bytes, at: $0 - 8) } }

    private var ownTimesEnd: Int? {
        let least = Self.headerSize(argumentCount: 1) + Self.timesByteCount
        return isTimed && !isTransaction && bytes.count >= least ? bytes.count : nil
    }

    /// Arguments but for the times.
    var plainArgumentCount: Int { argumentCount - (isTimed && !isTransaction ? 1 : 0) }

    /// Fills the times in as the last argument.
    ///
    /// - Parameter deadline: milliseconds from the log time on where the flags say `relative`.
    public mutating func append(times number: Int, deadline: Int64) {
        var times = [UInt8](repeating: 0, count: Self.timesByteCount)
        Self.store(deadline, in: &times, at: 8)
        append(argument: number, times)
    }

    /// Notes the log time, and makes a deadline of how long it is until then.
    mutating func stamp(_ time: Int64) {
        guard isTimed else { return }
        guard isTransaction else {
            stamp(time, from: 0, to: bytes.count)
            return
        }
        var start = Self.headerSize(argumentCount: argumentCount)
        for number in 0..<argumentCount {
            let end = start + Self.length(of: number, in: bytes)
            if bytes[start + 1] & Flags.timed.rawValue != 0 { stamp(time, from: start, to: end) }
            start = end
        }
    }

    private mutating func stamp(_ time: Int64, from start: Int, to end: Int) {
        Self.store(time, in: &bytes, at: end - 16)
        guard bytes[start + 1] & Flags.relative.rawValue != 0 else { return }
        bytes[start + 1] &= ~Flags.relative.rawValue
        let (sum, overflows) = time.addingReportingOverflow(Self.number(in: bytes, at: end - 8))
        Self.store(overflows ? .max : sum, in: &bytes, at: end - 8)
    }

    /// Visits every key that the command reads or changes.
    func forEachKey(_ body: (ArraySlice<UInt8>) -> Void) {
        guard !isTransaction else {
            for part in arguments { Command(part: part)?.forEachKey(body) }
            return
        }
        let step = keyStep
        guard step > 0 else { return }
        for (number, argument) in arguments.enumerated() where number % step == 0 { body(argument) }
    }

    /// How far apart keys stand among the arguments, of which the first is one; 0 where none is.
    var keyStep: Int {
        switch kind {
        case .noOperation, .transaction, .readTransaction: 0
        case .set, .increment, .append, .pushRight, .pushLeft, .expire, .persist, .get, .type,
            .length, .range, .timeToLive:
            argumentCount
        case .delete, .getMany, .exists, .watch: 1
        case .setMany, .expired: 2
        }
    }

    /// Visits the keys to which the command, once it is carried out, may give a deadline.
    func forEachDeadline(_ body: (ArraySlice<UInt8>, Int64) -> Void) {
        guard isTimed else { return }
        if isTransaction {
            for part in arguments { Command(part: part)?.forEachDeadline(body) }
        } else if kind == .set || kind == .expire, let key = first, let deadline {
            body(key, deadline)
        }
    }

    static func number(in bytes: [UInt8], at offset: Int) -> Int64 {
        var number: UInt64 = 0
        for byte in (0..<8).reversed() { number = number << 8 | UInt64(bytes[offset + byte]) }
        return Int64(bitPattern: number)
    }

    static func store(_ number: Int64, in bytes: inout [UInt8], at offset: Int) {
        let number = UInt64(bitPattern: number)
        for byte in 0..<8 {
            bytes[offset + byte] = UInt8(truncatingIfNeeded: number >> UInt64(8 * byte))
        }
    }
}

/// A key and when it ends: what the log says of it has an effect only while the key still has just this
/// deadline, so nothing that is stored later can fall victim to it.
struct KeyEnd: Equatable {
    var key: [UInt8]
    var deadline: Int64
}

extension Command {
    /// The entry that ends keys.
    init(ends: [KeyEnd]) {
        self.init(
            kind: .expired,
            argumentCount: 2 * ends.count,
            byteCount: ends.reduce(0) { $0 + $1.key.count + 8 }
        )
        var deadline = [UInt8](repeating: 0, count: 8)
        for (number, end) in ends.enumerated() {
            append(argument: 2 * number, end.key)
            Self.store(end.deadline, in: &deadline, at: 0)
            append(argument: 2 * number + 1, deadline)
        }
    }
}
