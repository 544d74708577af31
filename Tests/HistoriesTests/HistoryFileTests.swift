import Histories
import Testing

@Suite struct HistoryFileTests {
    /// One operation of every kind, with every kind of answer.
    static func everything() throws -> History {
        var builder = HistoryBuilder(clock: .nanoseconds)
        let x = builder.key("x")
        let y = builder.key("{x}:y")
        let one = builder.value("1")
        let odd = builder.value("an odd \"value\"")
        let list = builder.list([one, odd, one])
        let asked = builder.steps([
            TransactionStep(key: x, kind: .append(odd)),
            TransactionStep(key: y, kind: .readAll(list)),
            TransactionStep(key: x, kind: .read(one)),
            TransactionStep(key: x, kind: .readNumber(-7)),
            TransactionStep(key: y, kind: .write(one)),
            TransactionStep(key: y, kind: .readAll(nil)),
        ])
        let actions: [(Action, Outcome)] = [
            (.read(odd), .ok), (.read(.absent), .ok), (.read(nil), .failed),
            (.write(one), .ok), (.write(odd), .unknown),
            (.compareAndSet(from: .absent, to: one, swapped: true), .ok),
            (.compareAndSet(from: one, to: odd, swapped: false), .ok),
            (.compareAndSet(from: one, to: odd, swapped: nil), .unknown),
            (.delete, .ok), (.add(-3, total: 12), .ok), (.add(5, total: nil), .ok),
            (.readCounter(-1), .ok), (.readCounter(nil), .unknown),
            (.insert(one), .ok), (.append(odd), .failed), (.readAll(list), .ok),
            (.readAll(Extent(start: 3, count: 0)), .ok),
            (.acquire, .ok), (.release, .ok), (.transfer(from: x, to: y, amount: 4), .ok),
            (.transaction(asked), .ok),
        ]
        for (index, (action, outcome)) in actions.enumerated() {
            let time = Int64(index) * 1_000
            let process = "\(index)"
            try builder.invoke(
                process: process,
                key: index % 3 == 0 ? y : x,
                action: action,
                at: time
            )
            try builder.complete(process: process, outcome: outcome, action: action, at: time + 500)
        }
        try builder.invoke(process: "late", key: x, action: .write(one), at: 1_000_000)
        return builder.history
    }

    @Test func `a history comes back as it was`() throws {
        let history = try Self.everything()
        let bytes = HistoryFile.encode(history)
        let recording = try HistoryFileReader.read(bytes)
        #expect(recording.endings == [.whole])
        #expect(recording.completeUntil == nil)
        #expect(HistoryText.lines(of: recording.history) == HistoryText.lines(of: history))
        #expect(HistoryFile.encode(recording.history).count == bytes.count)
    }

    @Test func `a file that ends anywhere is readable up to its last whole chunk`() throws {
        let chunks = try Self.chunks(of: 5, operations: 40)
        let bytes = chunks.flatMap { $0 }
        for length in 0...bytes.count {
            guard length >= 20 else {
                #expect(throws: HistoryFile.Failure.self) {
                    try HistoryFileReader.read(Array(bytes[..<length]))
                }
                continue
            }
            var whole = 0
            var end = chunks[0].count
            while whole + 1 < chunks.count, end + chunks[whole + 1].count <= length {
                whole += 1
                end += chunks[whole].count
            }
            let recording = try HistoryFileReader.read(Array(bytes[..<length]))
            let isWhole = length == bytes.count
            #expect(recording.endings == [isWhole ? .whole : .torn(position: end)])
            #expect((recording.completeUntil == nil) == isWhole)
            #expect(recording.history.operations.count <= whole * 40)
            // What is missing may have been answered: nothing open counts as answered.
            if !isWhole, let until = recording.completeUntil {
                #expect(
                    recording.history.operations.allSatisfy {
                        $0.invoked < until && ($0.completed < until || $0.outcome == .unknown)
                    }
                )
            }
        }
    }

    /// A header and chunks of whole operations; the last one ends the file.
    static func chunks(of count: Int, operations: Int) throws -> [[UInt8]] {
        var writer = HistoryFileWriter()
        var chunks = [HistoryFileWriter.header()]
        var time: Int64 = 1_000_000
        for chunk in 0..<count {
            if chunk == 0 { _ = writer.key(Array("k".utf8)) }
            for index in 0..<operations {
                writer.invoke(process: 3, key: 0, .write(.number(UInt64(index))), at: time)
                writer.complete(process: 3, .done, at: time + 40)
                time += 100
            }
            if chunk == count - 1 { writer.end(isCut: false) }
            var sealed: [UInt8] = []
            writer.seal(into: &sealed)
            chunks.append(sealed)
        }
        return chunks
    }

    @Test func `damage before whole chunks is no crash`() throws {
        let chunks = try Self.chunks(of: 5, operations: 40)
        for broken in 1..<chunks.count {
            let start = chunks[..<broken].reduce(0) { $0 + $1.count }
            let next = start + chunks[broken].count
            // In the marker, the checksum, the length and the payload.
            for place in [0, 5, 9, 10, 30] {
                var bytes = chunks.flatMap { $0 }
                bytes[start + place] ^= 0x11
                let isLast = broken == chunks.count - 1
                let damage = HistoryFile.Failure(.damagedChunk(sound: next), at: start)
                if isLast {
                    let recording = try HistoryFileReader.read(bytes)
                    #expect(recording.endings == [.torn(position: start)])
                } else {
                    #expect(throws: damage) { try HistoryFileReader.read(bytes) }
                }
                for size in [1, 64, 1 << 20] {
                    var input = HistoryInput(MemorySource(bytes), chunk: size)
                    guard !isLast else {
                        #expect(throws: Never.self) { try OrdealFile.read(&input, .register) }
                        continue
                    }
                    let problem = #expect(throws: HistoryProblem.self) {
                        try OrdealFile.read(&input, .register)
                    }
                    #expect(problem?.position?.byte == start, "\(String(describing: problem))")
                }
            }
        }
    }

    @Test func `damage is noticed and never traps`() throws {
        let bytes = HistoryFile.encode(try Self.everything())
        for place in bytes.indices {
            for bit in [0, 3, 7] {
                var damaged = bytes
                damaged[place] ^= 1 << UInt8(bit)
                let recording = try? HistoryFileReader.read(damaged)
                #expect(recording.map { $0.endings != [.whole] } ?? true)
            }
        }
    }

    /// Checksums keep accidents out; these events are wrong although their checksums are right.
    @Test func `malformed events throw with their position`() throws {
        typealias Reason = HistoryFile.Failure.Reason
        let key: [UInt8] = [0x01, 1, 0x78]
        let cases: [([UInt8], Reason, Int)] = [
            ([0x77], .unknownEvent(0x77), 36),
            (key + [0x10, 2, 0], .malformedEvent, 42),
            (key + [0x10, 2, 0, 1], .undefinedKey(1), 42),
            (key + [0x11, 2, 0, 0, 4], .undefinedText(2), 43),
            ([0x20, 2, 9], .completionWithoutInvocation(process: 9), 38),
            (key + [0x10, 2, 9, 0, 0x10, 2, 9, 0], .invocationWhileBusy(process: 9), 45),
            (key + [0x10, 2, 9, 0, 0x26, 2, 9, 0], .answerToSomethingElse(process: 9), 45),
            (key + [0x10, 2, 9, 0, 0x20, 1, 9], .timeOutOfRange, 45),
            (key + [0x18, 2, 9, 0, 0x27, 2, 9, 50], .malformedEvent, 46),
            ([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 3], .malformedEvent, 37),
        ]
        for (payload, reason, position) in cases {
            let bytes = HistoryFileWriter.header() + Self.chunk(payload)
            #expect(throws: HistoryFile.Failure(reason, at: position)) {
                try HistoryFileReader.read(bytes)
            }
        }
    }

    @Test func `any events with sound checksums are read or refused`() {
        var state: UInt64 = 42
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let tags: [UInt8] = [0, 1, 2] + Array(0x10...0x1c) + Array(0x20...0x28)
        for _ in 0..<20_000 {
            var payload: [UInt8] = [0x01, 1, 0x78]
            for _ in 0..<next() % 12 {
                payload.append(tags[Int(next()) % tags.count])
                for _ in 0..<next() % 8 { payload.append(UInt8(next() % 6)) }
            }
            let bytes = HistoryFileWriter.header() + Self.chunk(payload)
            _ = try? HistoryFileReader.read(bytes)
        }
    }

    static func chunk(_ payload: [UInt8]) -> [UInt8] {
        func bytes(_ number: Int) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        let covered = bytes(payload.count) + bytes(1) + payload
        var checksum = UInt32.max
        for byte in covered {
            checksum ^= UInt32(byte)
            for _ in 0..<8 {
                checksum = checksum & 1 == 1 ? 0xedb8_8320 ^ checksum >> 1 : checksum >> 1
            }
        }
        return Array("OHCK".utf8) + bytes(Int(~checksum)) + covered
    }

    @Test func `other bytes are no history`() {
        for text in ["", "ORDL", "{:index 0, :type :invoke}", String(repeating: "x", count: 4096)] {
            #expect(throws: HistoryFile.Failure(.notAHistory, at: 0)) {
                try HistoryFileReader.read(Array(text.utf8))
            }
        }
    }

    @Test func `the files of several workers become one history in the order of time`() throws {
        var reader = HistoryFileReader()
        for worker in 0..<3 {
            try reader.add(Self.file(of: worker, operations: 100, isWhole: true))
        }
        let recording = reader.finish()
        let operations = recording.history.operations
        #expect(recording.endings == [.whole, .whole, .whole])
        #expect(operations.count == 300)
        #expect(operations.map(\.invoked) == operations.map(\.invoked).sorted())
        #expect(Set(operations.map(\.process)).count == 3)
        #expect(recording.history.keys.texts == ["shared", "own 0", "own 1", "own 2"])
        // Every worker wrote the values 0 to 99.
        #expect(recording.history.values.count == 101)
    }

    @Test func `a worker that died cuts the history of all where its file ends`() throws {
        var reader = HistoryFileReader()
        try reader.add(Self.file(of: 0, operations: 100, isWhole: true))
        try reader.add(Self.file(of: 1, operations: 50, isWhole: false))
        let recording = reader.finish()
        let until = try #require(recording.completeUntil)
        #expect(recording.history.operations.count >= 98)
        #expect(recording.history.operations.allSatisfy { $0.invoked < until })
        #expect(
            recording.history.operations.allSatisfy {
                $0.outcome == .unknown || $0.completed < until
            }
        )
    }

    static func file(of worker: Int, operations: Int, isWhole: Bool) throws -> [UInt8] {
        var writer = HistoryFileWriter()
        var bytes = HistoryFileWriter.header()
        let shared = writer.key(Array("shared".utf8))
        let own = writer.key(Array("own \(worker)".utf8))
        for index in 0..<operations {
            let time = Int64(index) * 100 + Int64(worker)
            let value = HistoryFile.Value.number(UInt64(index))
            let key = index % 2 == 0 ? shared : own
            writer.invoke(process: 0, key: key, .write(value), at: time)
            writer.complete(process: 0, .done, at: time + 90)
        }
        if isWhole { writer.end(isCut: false) }
        var sealed: [UInt8] = []
        writer.seal(into: &sealed)
        bytes += sealed
        return bytes
    }

    @Test func `a register operation takes 24 bytes at most`() {
        var writer = HistoryFileWriter()
        var size = HistoryFileWriter.header().count
        var sealed: [UInt8] = []
        let keys: UInt32 = 100_000
        for key in 0..<keys { _ = writer.key(Array("key:\(key)".utf8)) }
        writer.seal(into: &sealed)
        // One worker of two at 20,000 operations a second, three hours after the machine's start.
        let operations = 600_000
        var time: Int64 = 3 * 3_600 * 1_000_000_000
        var number: UInt64 = 0
        for index in 0..<operations {
            let process = UInt32(index % 300)
            let key = UInt32(truncatingIfNeeded: index &* 7_919) % keys
            time += 30_000
            number += 1
            if index % 2 == 0 {
                writer.invoke(process: process, key: key, .write(.number(number * 2 + 1)), at: time)
                time += 70_000
                writer.complete(process: process, .done, at: time)
            } else {
                writer.invoke(process: process, key: key, .read, at: time)
                time += 70_000
                writer.complete(process: process, .value(.number(number * 2 - 1)), at: time)
            }
            if writer.isChunkFull {
                writer.seal(into: &sealed)
                size += sealed.count
            }
        }
        writer.seal(into: &sealed)
        size += sealed.count
        let perOperation = Double(size) / Double(operations)
        #expect(perOperation <= 24, "\(perOperation) bytes")
    }
}

/// Histories as lines, which do not depend on how names were numbered.
enum HistoryText {
    static func lines(of history: History) -> [String] {
        history.operations.map { operation in
            "\(operation.invoked) \(operation.completed) \(operation.outcome) "
                + "\(history.text(of: operation.key)) \(text(operation.action, history))"
        }
    }

    private static func text(_ action: Action, _ history: History) -> String {
        func name(_ value: ValueID?) -> String { value.map { history.text(of: $0) } ?? "?" }
        func list(_ extent: Extent?) -> String {
            extent.map { history.elements($0).map { name($0) }.joined(separator: ",") } ?? "?"
        }
        switch action {
        case .read(let value): return "read \(name(value))"
        case .write(let value): return "write \(name(value))"
        case .compareAndSet(let from, let to, let swapped):
            return "cas \(name(from)) \(name(to)) \(String(describing: swapped))"
        case .insert(let value): return "insert \(name(value))"
        case .append(let value): return "append \(name(value))"
        case .readAll(let elements): return "all \(list(elements))"
        case .transaction(let steps):
            return history.steps(steps).map { step in
                let key = history.text(of: step.key)
                switch step.kind {
                case .read(let value): return "\(key) r \(name(value))"
                case .write(let value): return "\(key) w \(name(value))"
                case .append(let value): return "\(key) a \(name(value))"
                case .readAll(let elements): return "\(key) all \(list(elements))"
                case .readNumber(let number): return "\(key) n \(String(describing: number))"
                }
            }
            .joined(separator: "; ")
        default: return "\(action)"
        }
    }
}
