internal import LoadGeneration

/// What `ordeal load-worker` does; returns the process's exit code.
public func generateLoad(configurationFile: String) -> Int32 {
    LoadWorker.run(configurationFile: configurationFile)
}
