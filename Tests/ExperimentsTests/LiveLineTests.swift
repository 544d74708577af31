import Experiments
import Testing

@Suite struct LiveLineTests {
    private var line: LiveLine {
        var line = LiveLine(
            trial: "[2/3]",
            cell: "placement=rendezvous,replication=asynchronous",
            phase: "measure 4.2/10.0s"
        )
        line.rate = "2001/s"
        line.p99 = "p99 2.9ms"
        line.faults = ["machine-crash of node-3"]
        line.left = "1m25s left"
        return line
    }

    @Test func `what is wide enough is shown whole`() {
        #expect(
            line.text(columns: 200) == "[2/3] placement=rendezvous,replication=asynchronous  "
                + "measure 4.2/10.0s  2001/s  p99 2.9ms  ! machine-crash of node-3  1m25s left"
        )
    }

    @Test(arguments: [100, 80, 64])
    func `the active fault and the time left are never cut`(columns: Int) {
        let text = line.text(columns: columns)
        #expect(text.count <= columns, "\(text)")
        #expect(text.hasPrefix("[2/3]"), "\(text)")
        #expect(text.contains("! machine-crash of node-3"), "\(text)")
        #expect(text.hasSuffix("1m25s left"), "\(text)")
    }

    @Test func `many faults are counted where they do not fit`() {
        var line = line
        line.faults += ["partition of node-1", "pause of node-2"]
        #expect(line.text(columns: 80).contains("! 3 faults"))
        #expect(line.text(columns: 10).count == 10)
    }
}
