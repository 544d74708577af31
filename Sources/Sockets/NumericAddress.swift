internal import CSystemCalls
internal import Synchronization

/// Numeric addresses of hosts that have names, each looked up once, and again where nobody knew it.
enum NumericAddress {
    private static let known = Mutex<[String: String]>([:])

    /// The host by number; as it is, where nobody knows the name.
    static func of(_ host: String) -> String {
        if host.utf8.allSatisfy({ ($0 >= 0x30 && $0 <= 0x3a) || $0 == 0x2e }) { return host }
        return known.withLock { known in
            if let address = known[host] { return address }
            guard let address = look(up: host) else { return host }
            known[host] = address
            return address
        }
    }

    private static func look(up name: String) -> String? {
        var address = [CChar](repeating: 0, count: 64)
        guard unsafe ordeal_resolve(name, &address, address.count) == 0 else { return nil }
        let end = address.firstIndex(of: 0) ?? address.count
        return String(decoding: address[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
