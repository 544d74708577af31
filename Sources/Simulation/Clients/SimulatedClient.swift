import Histories
import Replication

/// One client's request on its way.
struct SimulatedClient {
    let group: Int
    /// Counts its requests: an answer to an earlier one is none to this.
    var request = 0 as UInt32
    var isBusy = false
    var command = Command.noOperation
    var family = KeyFamily.register
    var key = 0
    var shard = 0
    /// The node that is asked.
    var target = 0
    /// The place in the testimony.
    var record = 0
    var deadline: UInt64 = 0
    var tries = 0
    var isRead = false
    /// Whether the read rests on a round of confirmations in place of a lease.
    var isConfirmed = false
    /// What was answered and is on its way.
    var reply = ClientReply.none

    enum ClientReply {
        case none
        case value(ValueID)
        case number(Int64)
        case elements([UInt32])
        case swapped(Bool)
        case done
        /// The node is not the primary.
        case redirected
        case unavailable
        /// The connection closed.
        case broken

        /// What a command's answer means to the client.
        init(_ reply: CommandReply, to family: KeyFamily, isSwap: Bool) {
            switch reply {
            case .ok: self = isSwap ? .swapped(true) : .done
            case .null:
                self = isSwap ? .swapped(false) : family == .counter ? .number(0) : .value(.absent)
            case .integer(let number): self = family == .counter ? .number(number) : .done
            case .value(let record):
                self =
                    family == .counter
                    ? .number(Self.decimal(record.value)) : .value(Self.value(record.value))
            case .elements(let slice): self = .elements(Self.elements(slice))
            default: self = .done
            }
        }

        private static func value(_ bytes: ArraySlice<UInt8>) -> ValueID {
            var number: UInt32 = 0
            for byte in 0..<min(4, bytes.count) {
                number |= UInt32(bytes[bytes.startIndex + byte]) << (8 * UInt32(byte))
            }
            return ValueID(rawValue: number)
        }

        private static func decimal(_ bytes: ArraySlice<UInt8>) -> Int64 {
            bytes.reduce(0) { $0 * 10 + Int64($1) - 48 }
        }

        private static func elements(_ slice: ListSlice) -> [UInt32] {
            var elements: [UInt32] = []
            slice.forEach { element in
                var number: UInt32 = 0
                for byte in 0..<min(4, element.count) {
                    number |= UInt32(element[byte]) << (8 * UInt32(byte))
                }
                elements.append(number)
            }
            return elements
        }
    }
}
