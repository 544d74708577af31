import Histories

/// Follows every process through its operations on one key.
struct SessionScan {
    /// What one process has done and found so far.
    private struct Session {
        /// The newest version it found.
        var found: Int?
        var foundAt = 0
        /// The newest it wrote and was told so.
        var wrote: Int?
        /// The newest that writers of what it found had found before they wrote.
        var owed: Int?
        var owedAt = 0
        /// By other process: the place, in that one's order, of its latest write found here.
        var foundOf: [UInt32: (number: Int, at: Int)] = [:]
    }

    private let key: VersionsOfKey
    private let name: UInt32
    private var sessions: [UInt32: Session] = [:]
    /// By version: what its writer had found before it wrote it.
    private var before: [Int?]
    /// By version: its place among its writer's writes.
    private var numbers: [Int]
    private(set) var account = SessionAccount()

    init(_ key: VersionsOfKey, name: UInt32) {
        self.key = key
        self.name = name
        before = Array(repeating: nil, count: key.versions.count)
        numbers = Array(repeating: 0, count: key.versions.count)
        noteWriters()
        follow()
    }

    /// Calls for what happened, in the order of the questions.
    private func walk(write: (Int) -> Void, read: (VersionsOfKey.Read) -> Void) {
        var next = 0
        for found in key.reads {
            while next < key.versions.count, key.versions[next].place < found.place {
                write(next)
                next += 1
            }
            read(found)
        }
        while next < key.versions.count {
            write(next)
            next += 1
        }
    }

    private mutating func noteWriters() {
        var newest: [UInt32: Int] = [:]
        var counts: [UInt32: Int] = [:]
        var (before, numbers) = (before, numbers)
        walk { version in
            let process = key.versions[version].process
            before[version] = newest[process]
            counts[process, default: 0] += 1
            numbers[version] = counts[process, default: 0]
        } read: { found in
            guard let version = found.version else { return }
            newest[found.process] = newer(newest[found.process], version)
        }
        (self.before, self.numbers) = (before, numbers)
    }

    private func newer(_ one: Int?, _ other: Int) -> Int {
        guard let one else { return other }
        return key.versions[other].invoked > key.versions[one].invoked ? other : one
    }

    private mutating func follow() {
        var (sessions, account) = (sessions, account)
        walk { version in
            guard key.versions[version].isAcknowledged else { return }
            let process = key.versions[version].process
            let wrote = sessions[process, default: Session()].wrote
            sessions[process, default: Session()].wrote = newer(wrote, version)
        } read: { found in
            var session = sessions[found.process] ?? Session()
            check(found, session, &account)
            note(found, &session)
            sessions[found.process] = session
        }
        (self.sessions, self.account) = (sessions, account)
    }

    private func check(
        _ found: VersionsOfKey.Read,
        _ session: Session,
        _ account: inout SessionAccount
    ) {
        func example(_ guarantee: SessionGuarantee, _ places: [Int?]) -> SessionAccount.Example {
            SessionAccount.Example(
                guarantee: guarantee,
                key: name,
                operations: (places + [place(of: found.version), found.place]).compactMap { $0 }
            )
        }
        if let wrote = session.wrote {
            account.check(
                .readYourWrites,
                isViolated: key.isNewer(wrote, than: found.version),
                example(.readYourWrites, [place(of: wrote)])
            )
        }
        if let newest = session.found {
            account.check(
                .monotonicReads,
                isViolated: key.isNewer(newest, than: found.version),
                example(.monotonicReads, [place(of: newest), session.foundAt])
            )
        }
        if let version = found.version {
            let writer = key.versions[version].process
            if let later = session.foundOf[writer] {
                account.check(
                    .monotonicWrites,
                    isViolated: key.versions[version].isAcknowledged
                        && numbers[version] < later.number,
                    example(.monotonicWrites, [later.at])
                )
            }
        }
        if let owed = session.owed {
            account.check(
                .writesFollowReads,
                isViolated: key.isNewer(owed, than: found.version),
                example(.writesFollowReads, [place(of: owed), session.owedAt])
            )
        }
    }

    private func place(of version: Int?) -> Int? { version.map { key.versions[$0].place } }

    private func note(_ found: VersionsOfKey.Read, _ session: inout Session) {
        guard let version = found.version else { return }
        if newer(session.found, version) == version {
            session.found = version
            session.foundAt = found.place
        }
        let writer = key.versions[version].process
        if numbers[version] > session.foundOf[writer]?.number ?? 0 {
            session.foundOf[writer] = (numbers[version], found.place)
        }
        if let owed = before[version], newer(session.owed, owed) == owed {
            session.owed = owed
            session.owedAt = found.place
        }
    }
}
