public import Consistency

/// What became of the writes of one fate, in one line.
public enum FateText {
    /// `7 lost: 5 keys, 700 B, 334 per million, 12.010 s … 12.052 s; 7 follow partition of node-2, lag
    /// 5 ms … 47 ms`.
    public static func sentence(_ account: FateAccount) -> String {
        var parts = [account.keys == 1 ? "1 key" : "\(Figure.count(account.keys)) keys"]
        if let bytes = account.bytes { parts.append(Figure.bytes(bytes)) }
        if account.fate != .divergent, account.perMillion != nil {
            parts.append("\(perMillion(account)) per million")
        }
        if let window = window(account) { parts.append(window) }
        let causes = account.follows.map { share in
            "; \(Figure.count(share.count)) follow \(share.name), lag \(lag(share))"
        }
        return "\(Figure.count(account.count)) \(account.fate.title): "
            + parts.joined(separator: ", ") + causes.joined()
    }

    /// For each million acknowledged writes.
    static func perMillion(_ account: FateAccount) -> String {
        account.perMillion.map { Figure.significant($0) } ?? Figure.missing
    }

    static func window(_ account: FateAccount) -> String? {
        guard let from = account.from, let until = account.until else { return nil }
        return from == until
            ? Figure.moment(from) : "\(Figure.moment(from)) … \(Figure.moment(until))"
    }

    static func lag(_ share: FateAccount.Share) -> String {
        let least = Figure.duration(share.leastLag)
        let greatest = Figure.duration(share.greatestLag)
        return least == greatest ? least : "\(least) … \(greatest)"
    }
}
