import Determinism
import Storage
import Testing
import Topology

@Suite struct TornLogTests {
    private static func script() -> LogScript {
        var script = LogScript()
        for index in 1...5 { script.entry(UInt64(index)) }
        script.commit(3)
        script.snapshot(at: 3, chunks: ["some state"])
        script.entry(6)
        return script
    }

    @Test("torn at any byte, a log counts up to the last whole record and says what is cut")
    func tornAnywhere() throws {
        let script = Self.script()
        let whole = script.segments[0]
        for length in 0..<whole.count {
            let log = try recover([Array(whole[..<length])]).log
            let kept = ([0, SegmentHeader.byteCount] + script.ends).last { $0 <= length } ?? 0
            if kept == length, length > 0 {
                #expect(log.ending == .whole(lastSegment: 1, end: length))
            } else {
                #expect(log.ending == .torn(lastSegment: 1, end: kept, cut: length - kept))
            }
            #expect(log.next.segment == (kept == 0 ? 1 : 2))
            #expect(log.next.previousEnd == UInt64(kept))
        }
    }

    @Test("reserved zeros behind the last record are no tear")
    func zeros() throws {
        let script = Self.script()
        let bytes = script.segments[0] + [UInt8](repeating: 0, count: 5_000)
        let log = try recover([bytes]).log
        #expect(log.ending == .whole(lastSegment: 1, end: script.encoder.end))
    }

    @Test("a log goes on in a new segment behind a torn one, again and again")
    func goesOn() throws {
        var segments: [[UInt8]] = []
        var next: SegmentHeader?
        for life in 1...4 {
            var script = LogScript(continuing: next)
            script.entry(UInt64(life))
            script.write { $0.appendTerm(ShardID(9), Term(UInt64(life))) }
            segments.append(script.segments[0].dropLast(life))
            let (log, records) = try recover(segments)
            guard case .torn = log.ending else {
                Issue.record("not torn: \(log.ending)")
                return
            }
            #expect(indices(records).count == life)
            next = log.next
        }
    }

    @Test("a segment whose header is torn is written anew in its place")
    func tornHeader() throws {
        var script = Self.script()
        script.roll()
        let torn = Array(script.segments[1].prefix(20))
        let log = try recover([script.segments[0], torn]).log
        #expect(log.ending == .torn(lastSegment: 2, end: 0, cut: 20))
        #expect(log.next == script.encoder.header)
    }

    @Test("any flipped bit in what was synced is damage, behind it a tear")
    func flippedBits() throws {
        var script = Self.script()
        let synced = script.encoder.end
        script.synced()
        script.entry(7)
        let whole = script.segments[0]
        for offset in whole.indices {
            for bit in [0, 3, 7] {
                var bytes = whole
                bytes[offset] ^= 1 << UInt8(bit)
                let log = try recover([bytes]).log
                if offset < SegmentHeader.byteCount {
                    // Reserved bytes behind the header's checksum mean nothing.
                    if offset < 44 { #expect(isDamaged(log), "offset \(offset)") }
                } else if offset < synced {
                    #expect(isDamaged(log), "offset \(offset)")
                } else {
                    let end = script.ends.last { $0 <= offset } ?? 0
                    let cut = whole.count - end
                    #expect(log.ending == .torn(lastSegment: 1, end: end, cut: cut))
                }
            }
        }
    }

    @Test("what was not synced may lack any part and have any other")
    func holes() throws {
        var script = Self.script()
        let synced = script.encoder.end
        script.synced()
        for index in 7...12 { script.entry(UInt64(index)) }
        let whole = script.segments[0]
        for start in synced..<whole.count - 30 {
            var bytes = whole
            for offset in start..<start + 20 { bytes[offset] = 0 }
            let log = try recover([bytes]).log
            guard case .torn(1, let end, _) = log.ending else {
                Issue.record("a hole at \(start) is not called torn: \(log.ending)")
                continue
            }
            #expect(end >= synced)
        }
    }

    @Test("before format 3, sound records behind a bad one are all there is to tell damage by")
    func flippedBitsOfEarlierFormats() throws {
        let script = Self.script()
        let lastRecord = script.ends[script.ends.count - 2]
        for format in [UInt8(1), 2] {
            for offset in SegmentHeader.byteCount..<script.segments[0].count {
                var bytes = segment(script.segments[0], ofFormat: format)
                bytes[offset] ^= 1
                #expect(isDamaged(try recover([bytes]).log) == (offset < lastRecord), "\(offset)")
            }
        }
    }

    @Test("a header that is not sound is damage where the segment says it was synced")
    func flippedHeader() throws {
        var script = Self.script()
        #expect(!isDamaged(try recover([flipped(script.segments[0], at: 20)]).log))
        script.synced()
        #expect(isDamaged(try recover([flipped(script.segments[0], at: 20)]).log))
    }

    @Test("a header that is not sound is damage also where nothing else is known to be synced")
    func flippedHeaderOfLittle() throws {
        var script = LogScript()
        script.write { _ in }
        script.synced()
        script.entry(1)
        for offset in 0..<44 {
            #expect(isDamaged(try recover([flipped(script.segments[0], at: offset)]).log))
        }
    }

    private func flipped(_ bytes: [UInt8], at offset: Int) -> [UInt8] {
        var bytes = bytes
        bytes[offset] ^= 1
        return bytes
    }

    @Test("a log goes on behind damage, in place of all that cannot be trusted")
    func goesOnBehindDamage() throws {
        var script = Self.script()
        let afterTwo = script.ends[1]
        script.roll()
        script.entry(7)
        var damaged = script.segments[0]
        damaged[afterTwo + 20] ^= 1
        let (log, records) = try recover([damaged, script.segments[1]])
        #expect(indices(records) == [1, 2])
        #expect(log.next.segment == 2)
        var replacement = LogScript(continuing: log.next)
        replacement.entry(3)
        let again = try recover([damaged, replacement.segments[0]])
        #expect(!isDamaged(again.log))
        #expect(indices(again.records) == [1, 2, 3])
    }

    @Test("whatever is wrong in a segment that another follows is damage")
    func earlierSegments() throws {
        var script = Self.script()
        script.roll()
        script.entry(7)
        let first = script.segments[0]
        var flipped = first
        flipped[first.count - 1] ^= 1
        for bad in [flipped, first.dropLast(1), Array(first.prefix(10)), [], first.dropLast(60)] {
            #expect(isDamaged(try recover([bad, script.segments[1]]).log))
        }
        #expect(isDamaged(try recover([script.segments[1], script.segments[0]]).log))
        #expect(!isDamaged(try recover(script.segments).log))
    }

    @Test("a missing segment in between is damage")
    func missingSegment() throws {
        var script = Self.script()
        script.roll()
        script.entry(7)
        script.roll()
        var recovery = LogRecovery(dataID: LogScript.dataID)
        try recovery.read(script.segments[0], segment: 1) { _ in }
        try recovery.read(script.segments[2], segment: 3) { _ in }
        guard case .damaged(let damage) = recovery.finish().ending else {
            Issue.record("not called damaged")
            return
        }
        #expect(
            damage.description
                == "log segment 0000000000000002.log, offset 0: the segment is missing"
        )
    }

    @Test("an older file's bytes behind the tail are not taken for records")
    func staleBytes() throws {
        var script = Self.script()
        script.roll()
        for index in 7...9 { script.entry(UInt64(index)) }
        let older = script.segments[0]
        let newer = script.segments[1]
        // The newer file lies over the older one's bytes, as on a reused block.
        let overlaid = newer + older.suffix(older.count - newer.count)
        let log = try recover([older, overlaid]).log
        #expect(
            log.ending
                == .torn(lastSegment: 2, end: newer.count, cut: overlaid.count - newer.count)
        )
        // Nor is the same file's record, moved to another offset.
        let moved = newer + newer.suffix(40)
        #expect(
            try recover([older, moved]).log.ending
                == .torn(lastSegment: 2, end: newer.count, cut: 40)
        )
    }

    @Test("a client's value that looks like a log is only a value")
    func nestedLog() throws {
        var outer = LogScript()
        let inner = Self.script().segments[0]
        let position = LogPosition(term: .first, index: 1)
        outer.write { $0.appendEntry(ShardID(3), position, payload: inner.span) }
        let torn = Array(outer.segments[0].dropLast(1))
        let cut = torn.count - SegmentHeader.byteCount
        let ending = try recover([torn]).log.ending
        #expect(ending == .torn(lastSegment: 1, end: SegmentHeader.byteCount, cut: cut))
    }

    @Test("another format, another directory and an unknown record say so")
    func refusals() throws {
        let script = Self.script()
        var recovery = LogRecovery(dataID: 1)
        #expect(throws: LogError.foreignSegment(1, dataID: LogScript.dataID)) {
            try recovery.read(script.segments[0], segment: 1) { _ in }
        }
        let newer = segment(script.segments[0], ofFormat: 4)
        let error = LogError.unsupportedVersion(4, segment: 1)
        #expect(throws: error) { try recover([newer]) }
        #expect("\(error)".contains("format 4; this build reads formats 1 to 3"))
    }

    @Test("a log of the format before this one is recovered whole")
    func earlierFormat() throws {
        let script = Self.script()
        let earlier = script.segments.map { segment($0, ofFormat: 1) }
        let (log, records) = try recover(earlier)
        let (_, expected) = try recover(script.segments)
        #expect(records == expected)
        #expect(!records.isEmpty)
        guard case .whole = log.ending else {
            Issue.record("\(log.ending)")
            return
        }
    }

    private func segment(_ bytes: [UInt8], ofFormat format: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[8] = format
        let checksum = CRC32C.checksum(of: bytes.span.extracting(0..<40))
        for byte in 0..<4 {
            bytes[40 + byte] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(byte)))
        }
        return bytes
    }

    @Test("random damage never traps, and never invents an entry", arguments: 0..<40)
    func fuzz(seed: Int) throws {
        var random = SeededGenerator(seed: Seed(UInt64(seed)))
        var script = Self.script()
        if seed.isMultiple(of: 2) { script.roll() }
        for index in 7...9 { script.entry(UInt64(index)) }
        let truth = try recover(script.segments).records
        for _ in 0..<50 {
            var segments = script.segments
            for _ in 0...random.next(below: 3) {
                let victim = random.next(below: segments.count)
                guard !segments[victim].isEmpty else { continue }
                let offset = random.next(below: segments[victim].count)
                switch random.next(below: 4) {
                case 0: segments[victim].removeSubrange(offset...)
                case 1: segments[victim][offset] = UInt8(random.next(below: 256))
                case 2:
                    let noise = (0..<random.next(below: 60)).map { _ in
                        UInt8(random.next(below: 256))
                    }
                    segments[victim].insert(contentsOf: noise, at: offset)
                default: segments[victim].remove(at: offset)
                }
            }
            guard let records = try? recover(segments).records else { continue }
            #expect(truth.starts(with: records), "seed \(seed)")
        }
    }
}

private func isDamaged(_ log: RecoveredLog) -> Bool {
    if case .damaged = log.ending { true } else { false }
}
