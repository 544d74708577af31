/// One load-generating process: `ordeal load-worker`.
public enum LoadWorker {
    /// Does what the configuration says, tells its progress on standard output, obeys standard
    /// input, and returns the process's exit code.
    public static func run(configurationFile: String) -> Int32 {
        70
    }
}
