/// What an error reply asks of a cluster client.
enum ErrorReply: Equatable {
    /// The slot has another primary; the request was not executed.
    case moved(slot: Int, to: Endpoint)
    /// The slot is being moved, and this key is at its new place already.
    case ask(Endpoint)
    /// Not executed, and worth another try a little later.
    case tryLater
    /// Refused for certain.
    case refused

    /// `nodeHost` stands in for an address the error leaves out.
    init(_ message: String, from nodeHost: String) {
        let words = message.split(separator: " ", maxSplits: 3)
        switch words.first {
        case "MOVED", "ASK":
            guard words.count >= 3, let slot = Int(words[1]),
                (0..<ClusterView.slotCount).contains(slot),
                let endpoint = Self.endpoint(words[2], from: nodeHost)
            else {
                self = .tryLater
                return
            }
            self = words[0] == "ASK" ? .ask(endpoint) : .moved(slot: slot, to: endpoint)
        case "CLUSTERDOWN", "TRYAGAIN", "LOADING", "MASTERDOWN", "READONLY": self = .tryLater
        default: self = .refused
        }
    }

    /// The error's class: its first word, if it looks like one.
    static func className(_ message: String) -> String {
        let word = message.prefix { $0 != " " }
        let isName =
            !word.isEmpty && word.utf8.count <= 24
            && word.utf8.allSatisfy { (0x41...0x5a).contains($0) || $0 == 0x5f }
        return isName ? String(word) : "error"
    }

    private static func endpoint(_ text: Substring, from nodeHost: String) -> Endpoint? {
        if text.first == ":" { return Endpoint(nodeHost + text) }
        return Endpoint(text)
    }
}
