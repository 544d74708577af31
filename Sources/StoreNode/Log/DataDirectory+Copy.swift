internal import Storage

extension DataDirectory: CopyDirectory {
    private static let stateName = "copy"
    private static let unusedSuffix = ".unused"

    package func segments() throws(FileFailure) -> [UInt64] {
        try names().compactMap(SegmentName.segment(named:)).sorted()
    }

    package func content(of segment: UInt64) throws(FileFailure) -> [UInt8] {
        try OpenFile.read(path(of: SegmentName.name(of: segment))).readAll()
    }

    package func setAside(_ segment: UInt64) throws(FileFailure) {
        let name = SegmentName.name(of: segment)
        try rename(name, to: name + Self.unusedSuffix)
    }

    package func synchronize(_ segment: UInt64) throws(FileFailure) {
        try OpenFile.read(path(of: SegmentName.name(of: segment))).synchronize()
    }

    package func synchronizeNames() throws(FileFailure) { try synchronize() }

    package func copyState() throws(FileFailure) -> [UInt8]? { try read(Self.stateName) }

    package func replaceCopyState(with content: [UInt8]) throws(FileFailure) {
        try replace(Self.stateName, with: content)
    }
}
