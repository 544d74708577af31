import Replication
import Storage

extension Circumstances: CustomStringConvertible {
    /// Everything that the seed decided, in one line.
    public var description: String {
        let parts = [
            edition.map { "edition \($0)" },
            "\(mode), \(nodes) nodes, \(replicas) replicas, \(shards) shards",
            spares == 0 ? nil : "\(spares) of the nodes spare",
            minimumInSync.map { "writes need \($0) in sync" },
            "\(durability.rawValue), \(detector), \(placement)",
            weights.isEmpty ? nil : "weights \(weights)",
            zones.isEmpty ? nil : "zones \(zones)",
            moveRate == 0 ? nil : "moves of \(moveRate) bytes/s at most",
            "links \(network.words)",
            "sync \(Self.time(sync.least))+\(Self.time(sync.mean))",
            drift == 0 ? nil : "clocks within \(drift * 1_000 / SimulatedClock.one) per mille",
            clocksJump ? "clocks jump, so reads ask for confirmation" : nil,
            load.words,
            "segments of \(segmentBytes / 1_024) KiB",
            timing.words,
            "faults until \(Self.time(healsAt))\(strikeWords)"
                + (keepsPromises ? "" : ", more of them than promises bear"),
            permanentFailures == 0 ? nil : "\(permanentFailures) of the nodes then fail for good",
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
    }

    /// What strikes, and how often.
    private var strikeWords: String {
        let kinds = AdversityKind.allCases.compactMap { kind in
            let count = strikes.count { $0.kind == kind }
            return count == 0 ? nil : "\(count) \(kind.word)"
        }
        return kinds.isEmpty ? "" : " (\(kinds.joined(separator: ", ")))"
    }

    static func time(_ nanoseconds: UInt64) -> String {
        nanoseconds >= 10_000_000
            ? "\(nanoseconds / 1_000_000) ms" : "\(nanoseconds / 1_000) us"
    }
}

extension Circumstances.Load {
    fileprivate var words: String {
        "\(operationsPerSecond) requests/s by \(clients) clients on \(keys) keys ("
            + families.map { "\($0)" }.joined(separator: ", ") + "), "
            + "\(readShare) % reads, \(confirmedShare) of 16 confirmed, \(valueBytes) bytes, "
            + "given up after \(Circumstances.time(timeout))"
    }
}

extension Timing {
    fileprivate var words: String {
        "\(retainedEntries) entries and \(retainedBytes) bytes kept, "
            + "\(copyLimit) copies at once in pieces of \(copyChunkBytes), "
            + "windows of \(windowLimit) entries, appends of \(appendEntryLimit), "
            + "batches of \(batchByteLimit) bytes, turns of \(flushByteLimit) bytes, "
            + "\(uncommittedLimit) entries uncommitted"
    }
}

extension LinkLaw {
    fileprivate var words: String {
        var text = "\(Circumstances.time(delay.least))+\(Circumstances.time(delay.mean))"
        for (chance, word) in [(loss, "lost"), (duplication, "doubled"), (reordering, "overtaken")]
        where chance != .never {
            text += ", \((chance.of32 * 1_000 + 1 << 31) >> 32) of 1000 packets \(word)"
        }
        return text + ", \(queueLimit) messages queued"
    }
}
