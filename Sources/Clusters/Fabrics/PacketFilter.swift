internal import CSystemCalls
internal import Faults
import Glibc
internal import Synchronization

/// The bridge's table of cut links: made once by `nft`, changed through a netlink socket.
final class PacketFilter: Sendable {
    private static let table = "ordeal"
    private static let set = "cut"

    /// Forwarded frames of every protocol, ARP too; those from and to the harness are not forwarded.
    ///
    /// The priority is the family's `filter`, before br_netfilter: that takes IP frames over at 0, and
    /// what else has priority 0 is called or not called by the order in which both were registered.
    static let ruleset = """
        table bridge \(table) {
            set \(set) { type ifname . ifname; counter; }
            chain forward {
                type filter hook forward priority -200; policy accept;
                iifname . oifname @\(set) drop
            }
        }

        """

    private let state: Mutex<State>

    private struct State {
        let channel: Int32
        /// How many faults cut each link.
        var holders: [DirectedLink: Int] = [:]
    }

    /// Starts making the table; `init` needs it made.
    static func prepare() throws(ClusterError) -> ToolRun {
        let nft = try Executables.tool("nft", package: "nftables")
        return try ToolRun(nft, ["-f", "-"], input: ruleset)
    }

    init() throws(ClusterError) {
        let channel = ordeal_filter_open()
        guard channel >= 0 else {
            throw .system(what: "the packet filter", why: errorText(-channel))
        }
        state = Mutex(State(channel: channel))
    }

    deinit { state.withLock { _ = close($0.channel) } }

    func cut(_ links: [DirectedLink]) throws(ClusterError) {
        let failure = state.withLock { state -> Int32 in
            let new = links.filter { state.holders[$0] == nil }
            let failure = Self.change(state.channel, adding: new, removing: [])
            guard failure == 0 else { return failure }
            for link in links { state.holders[link, default: 0] += 1 }
            return 0
        }
        guard failure == 0 else { throw .system(what: "cut", why: errorText(failure)) }
    }

    func reconnect(_ links: [DirectedLink]) throws(ClusterError) {
        let failure = state.withLock { state -> Int32 in
            let last = links.filter { state.holders[$0] == 1 }
            let failure = Self.change(state.channel, adding: [], removing: last)
            guard failure == 0 else { return failure }
            for link in links {
                guard let count = state.holders[link] else { continue }
                state.holders[link] = count > 1 ? count - 1 : nil
            }
            return 0
        }
        guard failure == 0 else { throw .system(what: "reconnect", why: errorText(failure)) }
    }

    /// What every cut link has lost since it was cut, in order.
    func dropped() throws(ClusterError) -> [DroppedTraffic] {
        let (counts, failure) = state.withLock { state in
            var counts = [ordeal_link_count](
                repeating: ordeal_link_count(),
                count: state.holders.count
            )
            let capacity = UInt32(counts.count)
            let found = unsafe ordeal_filter_counts(
                state.channel,
                Self.table,
                Self.set,
                &counts,
                capacity
            )
            return (counts.prefix(max(0, Int(found))), min(0, found))
        }
        guard failure == 0 else { throw .system(what: "counters", why: errorText(-failure)) }
        return counts.compactMap { count in
            guard let from = Endpoint(name: Self.text(count.link.from)),
                let to = Endpoint(name: Self.text(count.link.to))
            else { return nil }
            return DroppedTraffic(
                link: DirectedLink(from: from, to: to),
                packets: count.packets,
                bytes: count.bytes
            )
        }.sorted { $0.link < $1.link }
    }

    private static func change(
        _ channel: Int32,
        adding: [DirectedLink],
        removing: [DirectedLink]
    ) -> Int32 {
        let added = adding.map(portNames)
        let removed = removing.map(portNames)
        return unsafe ordeal_filter_change(
            channel,
            table,
            set,
            added,
            UInt32(added.count),
            removed,
            UInt32(removed.count)
        )
    }

    private static func portNames(_ link: DirectedLink) -> ordeal_link {
        var names = ordeal_link()
        unsafe withUnsafeMutableBytes(of: &names.from) { bytes in
            unsafe bytes.copyBytes(from: link.from.name.utf8.prefix(15))
        }
        unsafe withUnsafeMutableBytes(of: &names.to) { bytes in
            unsafe bytes.copyBytes(from: link.to.name.utf8.prefix(15))
        }
        return names
    }

    private static func text<Name>(_ name: Name) -> String {
        unsafe withUnsafeBytes(of: name) { bytes in
            unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }
}
