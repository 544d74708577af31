import Consistency
import Histories
import Testing

/// Writes whose values nobody reads are all the same to a search; one that need not take effect
/// once hid those that must.
@Suite struct SharedLabelTests {
    @Test func `an unread write that must happen is not hidden by one that need not`() throws {
        var builder = HistoryBuilder(clock: .nanoseconds)
        let key = builder.key("x")
        let value = (0..<6).map { builder.value("\($0)") }
        func invoke(_ process: String, _ action: Action, _ time: Int64) throws {
            try builder.invoke(process: process, key: key, action: action, at: time)
        }
        func complete(_ process: String, _ time: Int64, _ action: Action? = nil) throws {
            try builder.complete(process: process, outcome: .ok, action: action, at: time)
        }
        try invoke("lost", .write(value[2]), 0)
        try invoke("first", .write(value[1]), 1)
        try invoke("long", .write(value[3]), 2)
        try invoke("swap", .compareAndSet(from: value[4], to: value[5], swapped: nil), 3)
        try complete("swap", 4, .compareAndSet(from: value[4], to: value[5], swapped: false))
        try complete("first", 5)
        try invoke("seen", .write(value[4]), 10)
        try complete("seen", 20)
        try invoke("reader", .read(nil), 30)
        try complete("reader", 40, .read(value[4]))
        try complete("long", 50)
        try invoke("reader", .read(nil), 60)
        try complete("reader", 70, .read(value[4]))
        let conclusion = CompareAndSetRegister.check(builder.history, CheckOptions())
        #expect(conclusion.verdict == .valid)
    }
}
