/// The release; `ordeal --version` prints it and every run records it.
public let ordealVersion = "0.1.0"
