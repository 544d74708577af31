import Replication
import Storage

extension Circumstances: CustomStringConvertible {
    /// Everything that the seed decided, in one line.
    public var description: String {
        let parts = [
            "\(mode), \(nodes) nodes, \(replicas) replicas, \(shards) shards",
            "\(durability.rawValue), \(detector), \(placement)",
            "links \(network.words)",
            "sync \(Self.time(sync.least))+\(Self.time(sync.mean))",
            drift == 0 ? nil : "clocks within \(drift * 1_000 / SimulatedClock.one) per mille",
            clocksJump ? "clocks jump, so reads ask for confirmation" : nil,
            "\(load.operationsPerSecond) requests/s by \(load.clients) clients on \(load.keys) keys, "
                + "\(load.readShare) % reads, \(load.valueBytes) bytes, given up after "
                + Self.time(load.timeout),
            "segments of \(segmentBytes / 1_024) KiB, \(timing.retainedEntries) entries kept, "
                + "copies in pieces of \(timing.copyChunkBytes)",
            "faults until \(Self.time(healsAt))"
                + (keepsPromises ? "" : ", more of them than promises bear"),
            permanentFailures == 0 ? nil : "\(permanentFailures) of the nodes then fail for good",
        ]
        return parts.compactMap(\.self).joined(separator: "; ")
    }

    static func time(_ nanoseconds: UInt64) -> String {
        nanoseconds >= 10_000_000
            ? "\(nanoseconds / 1_000_000) ms" : "\(nanoseconds / 1_000) us"
    }
}

extension LinkLaw {
    fileprivate var words: String {
        var text = "\(Circumstances.time(delay.least))+\(Circumstances.time(delay.mean))"
        if loss != .never { text += ", \((loss.of32 * 1_000) >> 32) of 1000 packets lost" }
        return text
    }
}
