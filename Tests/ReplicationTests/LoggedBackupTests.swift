import Replication
import Testing
import Topology

/// What a backup says and writes while its disk is busy.
@Suite struct LoggedBackupTests {
    /// Steps a new backup, linked to its primary, and returns what it wants after each event and a flush.
    private func outcomes(of events: [Event]) -> [[Effect]] {
        var core = NodeCore(
            identity: LoggedBackup.identity,
            isLogged: true,
            startedAt: Instant(nanoseconds: 1)
        )
        var effects: [Effect] = []
        for event in [.map(LoggedBackup.map), LoggedBackup.linked, .persisted(upTo: 1), .flush] {
            core.step(event, at: Instant(nanoseconds: 2), into: &effects)
        }
        return events.map { event in
            var effects: [Effect] = []
            core.step(event, at: Instant(nanoseconds: 3), into: &effects)
            core.step(.flush, at: Instant(nanoseconds: 3), into: &effects)
            return effects
        }
    }

    private func answers(_ effects: [Effect]) -> [PeerMessage.AppendAnswer.Outcome] {
        var outcomes: [PeerMessage.AppendAnswer.Outcome] = []
        for case .send(_, .appendAnswers(let answers)) in effects {
            outcomes += answers.map(\.outcome)
        }
        return outcomes
    }

    @Test func `entries are answered once they are on the disk, and at once where they are`() {
        let first = LoggedBackup.appends(1...10, commit: 0)
        let second = LoggedBackup.appends(11...12, commit: 0)
        let told = outcomes(of: [first, second, .persisted(upTo: 100), second])
        #expect(answers(told[0]) == [.has(0, holds: 0)], "where it stands, once for each link")
        #expect(answers(told[1]) == [])
        #expect(answers(told[2]) == [.has(12, holds: 12)])
        #expect(answers(told[3]) == [.has(12, holds: 12)])
    }

    @Test func `a new link is told where it stands although its disk is busy`() {
        let first = LoggedBackup.appends(1...10, commit: 0)
        let relinked = [Event.peerDisconnected(NodeID(1)), LoggedBackup.linked]
        let told = outcomes(of: [first] + relinked + [first])
        #expect(answers(told[3]) == [.has(0, holds: 0)])
    }

    @Test func `what is committed is marked in one of eight ticks`() {
        let ticks = [Event](repeating: .tick, count: 16)
        let appends = LoggedBackup.appends(1...10, commit: 6)
        let told = outcomes(of: [appends, .persisted(upTo: 100)] + ticks)
        let marks = told.flatMap(\.self).compactMap { effect in
            if case .persist(_, .commit(_, let index)) = effect { index } else { nil }
        }
        #expect(marks == [6])
        let ofFirstEight = told[2..<10].flatMap(\.self).contains { effect in
            if case .persist(_, .commit) = effect { true } else { false }
        }
        #expect(ofFirstEight)
    }
}
