import Glibc

/// What a command line prints to both streams; nil where the shell cannot run it.
func output(of commandLine: String) -> String? {
    guard let stream = unsafe popen("\(commandLine) 2>&1", "r") else { return nil }
    defer { unsafe pclose(stream) }
    var text: [UInt8] = []
    while true {
        let byte = unsafe getc(stream)
        guard byte != EOF else { return String(decoding: text, as: UTF8.self) }
        text.append(UInt8(truncatingIfNeeded: byte))
    }
}

/// Whether a tool is installed.
func isInstalled(_ tool: String) -> Bool {
    output(of: "command -v \(tool)")?.isEmpty == false
}

/// A new directory, removed at the end of the closure.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    var template = Array("/tmp/keel-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else {
        throw BlockingClient.Failure(description: "mkdtemp: errno \(errno)")
    }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { _ = output(of: "rm -rf \(path)") }
    return try body(path)
}
