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
        let appends = LoggedBackup.appends(1...10, commit: 0)
        let told = outcomes(of: [appends, .persisted(upTo: 100), appends])
        #expect(answers(told[0]) == [])
        #expect(answers(told[1]) == [.has(10, holds: 10)])
        #expect(answers(told[2]) == [.has(10, holds: 10)])
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
