public import Consistency

/// Renders a run's reports again from its `run.json`.
public func renderReports(of folder: String) -> ExitCode {
    .ok
}
