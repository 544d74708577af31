enum NamespaceProbe { static let fix = "" }
