/// The bytes of a recorded history on disk: what clients asked and were told, as it happened.
///
/// A header, then chunks, each with its length and checksum, so that a file that ends in the middle
/// of one is readable up to it. A chunk is a log of events in varints: invocations and completions
/// with the time since the event before, names of keys and of odd values where they first occur.
/// The last event of a file that is whole says that it is.
///
///     file   "ORDLHIS1"  version:4  clock:4  checksum:4   chunk…
///     chunk  "OHCK"  checksum:4  payload bytes:4  events:4  payload
///     event  tag:1  time since the last one  process  [key]  what else the tag asks for
public enum HistoryFile {
    public static let version: UInt32 = 1
    public static let magic: UInt64 = 0x3153_4948_4c44_524f  // "ORDLHIS1" in the file

    static let chunkMarker: UInt32 = 0x4b43_484f  // "OHCK" in the file
    static let headerBytes = 20
    static let chunkHeaderBytes = 16
    /// No writer makes a larger one: what says so is damaged.
    static let largestChunk = 64 << 20
    /// For the name of a key, and for a value that is no number.
    static let longestText = 1 << 20

    /// Why bytes are not a history, and where.
    public struct Failure: Error, Sendable, Hashable {
        public enum Reason: Sendable, Hashable {
            case notAHistory
            case unsupportedVersion(UInt32)
            case damagedHeader
            /// A chunk is not as it was written, and a whole one follows at `sound`: no crash does that.
            case damagedChunk(sound: Int)
            case unknownEvent(UInt8)
            /// The event goes on where its chunk ends, or a number has too many digits.
            case malformedEvent
            case undefinedKey(UInt64)
            case undefinedText(UInt64)
            case completionWithoutInvocation(process: UInt32)
            case invocationWhileBusy(process: UInt32)
            /// A completion answers something else than what was asked.
            case answerToSomethingElse(process: UInt32)
            case timeOutOfRange
            /// More than a history's tables can name.
            case tooLarge
            /// Files of one history have to count the same.
            case differentClocks
        }

        public var reason: Reason
        /// The offset of the byte at fault.
        public var position: Int

        public init(_ reason: Reason, at position: Int) {
            self.reason = reason
            self.position = position
        }
    }

    /// How far a file goes.
    public enum Ending: Sendable, Hashable {
        /// Its writer closed it.
        case whole
        /// Its writer had reached the largest size that it was allowed.
        case cut
        /// It ends without its end, or in the middle of a chunk, or the chunk at `position` is
        /// damaged and none follows; everything before was read.
        case torn(position: Int)
    }

    /// A value as the file names it: numbers as they are, texts by the order of their definition.
    public struct Value: Sendable, Hashable {
        var code: UInt64

        public static let absent = Self(code: 0)

        /// A number below 2^63, which most written values are.
        public static func number(_ number: UInt64) -> Self {
            precondition(number < 1 << 63, "A value's number has 63 bits.")
            return Self(code: number << 1 | 1)
        }

        static func text(_ index: Int) -> Self { Self(code: UInt64(index + 1) << 1) }
    }

    /// What is asked; the parts of a transaction follow by `HistoryFileWriter.step`.
    public enum Invocation: Sendable, Hashable {
        case read
        case write(Value)
        case compareAndSet(from: Value, to: Value)
        case delete
        case add(Int64)
        case readCounter
        case insert(Value)
        case append(Value)
        case readAll
        case acquire
        case release
        /// Keys as `HistoryFileWriter.key` numbers them.
        case transfer(from: UInt32, to: UInt32, amount: Int64)
        case transaction(steps: Int)
    }

    /// One step of a transaction as it is asked.
    public enum Step: Sendable, Hashable {
        case read
        case write(Value)
        case append(Value)
        case readAll
        case readNumber
    }

    /// What was answered; elements follow by `HistoryFileWriter.element`.
    public enum Answer: Sendable, Hashable {
        /// It happened, and no more is known.
        case done
        case failed
        case unknown
        case value(Value)
        /// Whether a compare-and-set swapped.
        case swapped(Bool)
        case number(Int64)
        case list(count: Int)
        /// One answer follows for each reading step: `done`, `value`, `number` or `list`.
        case transaction
    }
}

/// The first byte of an event.
enum HistoryEvent: UInt8 {
    case end = 0x00
    case keyName = 0x01
    case valueText = 0x02

    case read = 0x10
    case write
    case compareAndSet
    case delete
    case add
    case readCounter
    case insert
    case append
    case readAll
    case acquire
    case release
    case transfer
    case transaction

    case done = 0x20
    case failed
    case unknown
    case value
    case swapped
    case notSwapped
    case number
    case list
    case results
}

/// The byte before a step of a transaction.
enum HistoryStep: UInt8 {
    case read, write, append, readAll, readNumber
}
