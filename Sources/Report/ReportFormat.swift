/// One way to write a run down.
public protocol ReportFormat: Sendable {
    static var name: String { get }
    /// One line for listings.
    static var summary: String { get }
    /// The file in the run's folder that holds it; `nil` for what goes to the terminal.
    static var fileName: String? { get }
    init()
    func render(_ run: RunRecord) throws -> String
}

/// Every format a run can be written in.
public let reportFormats: [any ReportFormat.Type] = [
    TableFormat.self,
    JSONFormat.self,
    SummaryFormat.self,
    JUnitFormat.self,
    PageFormat.self,
]
