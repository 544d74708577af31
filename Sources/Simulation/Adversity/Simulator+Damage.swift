import Determinism
import Replication
import Storage
import Topology

/// A byte of a log that was known to be on the disk.
struct FlippedBit {
    var segment: UInt64
    var offset: Int
}

/// Disks that do not keep what they were given.
extension Simulator {
    /// Flips one bit of a log that a stopped process has left; false where there is none to flip.
    ///
    /// What was synced last has no mark behind it, so it is left alone: damage there cannot be told from
    /// a tear.
    mutating func flipBit(on place: Int, _ generator: inout SeededGenerator) -> Bool {
        let parts = markedParts(of: nodes[place].disk)
        guard let part = generator.element(of: parts) else { return false }
        let offset = generator.next(below: part.length)
        nodes[place].disk.flipBit(
            of: .segment(part.segment),
            at: offset,
            bit: UInt8(generator.next(below: 8))
        )
        nodes[place].flipped = FlippedBit(segment: part.segment, offset: offset)
        if isTraced { say("\(nodes[place].id) segment \(part.segment): a bit flips at \(offset)") }
        return true
    }

    /// Of each segment the part that the log itself says was synced: not what a power loss has left behind
    /// the end that the next segment names, which nobody reads.
    private func markedParts(of disk: SimulatedDisk) -> [(segment: UInt64, length: Int)] {
        let segments = disk.segmentNumbers
        var recovery = LogRecovery(dataID: disk.dataID)
        var parts: [(segment: UInt64, length: Int)] = []
        for segment in segments {
            let content = disk.content(of: .segment(segment)) ?? []
            var mark = 0
            do throws(LogError) {
                try recovery.read(content, segment: segment) { record in
                    if case .synced(let end) = record { mark = max(mark, Int(end)) }
                }
            } catch {
                return []
            }
            // The last one may lack its end, and so may the one before it, if nothing is in the last.
            let isOld = segments.last.map { segment + 1 < $0 } == true
            let length = isOld ? end(of: segment, in: disk) : mark
            if length > 0 { parts.append((segment, length)) }
        }
        return parts
    }

    /// Where a segment ends, as the one behind it says.
    private func end(of segment: UInt64, in disk: SimulatedDisk) -> Int {
        guard let next = disk.content(of: .segment(segment + 1)),
            case .header(let header) = SegmentHeader.decode(next)
        else { return 0 }
        return Int(header.previousEnd)
    }

    /// A process refused the copy that it found: what its operator does about it.
    mutating func refused(_ refusal: CopyRefusal, on place: Int) {
        nodes[place].phase = .down
        guard nodes[place].flipped != nil else {
            violated("\(nodes[place].id) cannot open its copy: \(refusal)")
            return
        }
        if isTraced {
            say("\(nodes[place].id) refuses its copy (\(refusal)); the folder goes away")
        }
        nodes[place].flipped = nil
        nodes[place].disk.beginAnew(dataID: nodeGenerator.next() | 1)
        start(place)
    }

    /// A process took the copy that it found.
    mutating func accepted(on place: Int) {
        guard let flipped = nodes[place].flipped else { return }
        nodes[place].flipped = nil
        violated(
            "\(nodes[place].id) opened a copy with a flipped bit in segment \(flipped.segment) at "
                + "\(flipped.offset)"
        )
    }
}
