import Determinism
import Storage

/// One machine's files: what the kernel shows, and what a power loss would leave.
struct SimulatedDisk {
    /// A file's content, whatever it is called.
    struct Content {
        var bytes: [UInt8] = []
        /// Everything before this survives.
        var synced = 0
        /// Where each write ends that is not synced.
        var writeEnds: [Int] = []
    }

    enum Name: Hashable {
        case segment(UInt64)
        case unused(UInt64)
        case state
        case newState
    }

    private enum NameChange {
        case add(Name, Int)
        case remove(Name)
        case rename(Name, Name)
    }

    private var contents: [Content] = []
    private var names: [(name: Name, content: Int)] = []
    private var durableNames: [(name: Name, content: Int)] = []
    private var nameChanges: [NameChange] = []
    private(set) var dataID: UInt64
    private(set) var evidence = MachineEvidence()
    /// Operations until the power fails, for crashes inside code that runs in one go; nil for never.
    var operationsLeft: Int?

    /// What a block device writes whole or not at all.
    static let sector = 512

    init(dataID: UInt64) { self.dataID = dataID }

    /// An operator takes the folder away and makes a new one.
    mutating func beginAnew(dataID: UInt64) {
        let evidence = evidence
        self = Self(dataID: dataID)
        self.evidence = evidence
    }

    private func place(of name: Name) -> Int? {
        names.first { $0.name == name }?.content
    }

    func content(of name: Name) -> [UInt8]? { place(of: name).map { contents[$0].bytes } }

    /// Makes a new, empty file, or empties the one that is there.
    mutating func create(_ name: Name) -> Int {
        if let place = place(of: name) {
            contents[place] = Content()
            return place
        }
        contents.append(Content())
        names.append((name, contents.count - 1))
        nameChanges.append(.add(name, contents.count - 1))
        return contents.count - 1
    }

    mutating func write(_ bytes: ArraySlice<UInt8>, to file: Int) {
        contents[file].bytes.append(contentsOf: bytes)
        contents[file].writeEnds.append(contents[file].bytes.count)
    }

    func length(of file: Int) -> Int { contents[file].bytes.count }

    /// Everything up to `length` is on the disk.
    mutating func synchronize(_ file: Int, upTo length: Int) {
        contents[file].synced = max(contents[file].synced, length)
        contents[file].writeEnds.removeAll { $0 <= length }
    }

    mutating func synchronizeDirectory() {
        durableNames = names
        nameChanges.removeAll(keepingCapacity: true)
    }

    mutating func remove(_ name: Name) {
        guard let index = names.firstIndex(where: { $0.name == name }) else { return }
        names.remove(at: index)
        nameChanges.append(.remove(name))
    }

    mutating func rename(_ name: Name, to other: Name) {
        guard let index = names.firstIndex(where: { $0.name == name }) else { return }
        names.removeAll { $0.name == other }
        guard let renamed = names.firstIndex(where: { $0.name == name }) else { return }
        names[renamed].name = other
        _ = index
        nameChanges.append(.rename(name, other))
    }

    var segmentNumbers: [UInt64] {
        names.compactMap { entry in
            guard case .segment(let number) = entry.name else { return nil }
            return number
        }.sorted()
    }
}

// MARK: Power loss

extension SimulatedDisk {
    /// Forgets what was never synced, or some of it: each write is kept, dropped or torn by itself,
    /// and of the changes of names the last ones are undone.
    mutating func losePower(_ generator: inout SeededGenerator) {
        operationsLeft = nil
        let kept = generator.next(below: nameChanges.count + 1)
        for change in nameChanges.prefix(kept) { apply(change) }
        evidence.droppedNames += nameChanges.count - kept
        nameChanges = []
        names = durableNames
        for entry in names { tear(entry.content, &generator) }
    }

    private mutating func apply(_ change: NameChange) {
        switch change {
        case .add(let name, let content):
            durableNames.removeAll { $0.name == name }
            durableNames.append((name, content))
        case .remove(let name): durableNames.removeAll { $0.name == name }
        case .rename(let old, let new):
            guard let content = durableNames.first(where: { $0.name == old })?.content else {
                return
            }
            durableNames.removeAll { $0.name == old || $0.name == new }
            durableNames.append((new, content))
        }
    }

    private enum Fate: Int {
        case kept, dropped, torn
    }

    private mutating func tear(_ file: Int, _ generator: inout SeededGenerator) {
        let synced = contents[file].synced
        guard contents[file].bytes.count > synced else { return }
        var lastKept = synced
        var start = synced
        for end in contents[file].writeEnds {
            defer { start = end }
            switch Fate(rawValue: generator.next(below: 3)) ?? .dropped {
            case .kept: lastKept = end
            case .dropped:
                zero(start..<end, of: file)
                evidence.droppedWrites += 1
            case .torn: if let kept = tear(start..<end, of: file, &generator) { lastKept = kept }
            }
        }
        // The length may have been written although the bytes were not.
        if generator.next(below: 4) > 0 {
            contents[file].bytes.removeLast(contents[file].bytes.count - lastKept)
        }
        contents[file].synced = contents[file].bytes.count
        contents[file].writeEnds = []
    }

    /// Keeps some sectors of a write; where the last of them ends, nil where there is none.
    private mutating func tear(
        _ write: Range<Int>,
        of file: Int,
        _ generator: inout SeededGenerator
    ) -> Int? {
        var lastKept: Int?
        var isWhole = true
        var start = write.lowerBound
        while start < write.upperBound {
            let end = min(write.upperBound, (start / Self.sector + 1) * Self.sector)
            if generator.next(below: 2) == 0 {
                lastKept = end
            } else {
                isWhole = false
                zero(start..<end, of: file)
            }
            start = end
        }
        if lastKept == nil {
            evidence.droppedWrites += 1
        } else if !isWhole {
            evidence.tornWrites += 1
        }
        return lastKept
    }

    private mutating func zero(_ range: Range<Int>, of file: Int) {
        for index in range { contents[file].bytes[index] = 0 }
    }

    mutating func flipBit(of name: Name, at offset: Int, bit: UInt8) {
        guard let file = place(of: name), offset < contents[file].bytes.count else { return }
        contents[file].bytes[offset] ^= 1 << bit
        evidence.flippedBits += 1
    }
}

// MARK: What opens a copy

/// The power failed in the middle of what a process did.
struct PowerFailure: Error {}

extension SimulatedDisk: CopyDirectory {
    private mutating func spend() throws(PowerFailure) {
        guard let left = operationsLeft else { return }
        guard left > 0 else { throw PowerFailure() }
        operationsLeft = left - 1
    }

    func segments() throws(PowerFailure) -> [UInt64] { segmentNumbers }

    func content(of segment: UInt64) throws(PowerFailure) -> [UInt8] {
        content(of: .segment(segment)) ?? []
    }

    mutating func setAside(_ segment: UInt64) throws(PowerFailure) {
        try spend()
        rename(.segment(segment), to: .unused(segment))
    }

    mutating func synchronize(_ segment: UInt64) throws(PowerFailure) {
        try spend()
        guard let file = names.first(where: { $0.name == .segment(segment) })?.content else {
            return
        }
        synchronize(file, upTo: contents[file].bytes.count)
    }

    mutating func synchronizeNames() throws(PowerFailure) {
        try spend()
        synchronizeDirectory()
    }

    func copyState() throws(PowerFailure) -> [UInt8]? { content(of: .state) }

    mutating func replaceCopyState(with content: [UInt8]) throws(PowerFailure) {
        for step in FileReplacement.allCases {
            try spend()
            switch step {
            case .writeTemporary: write(content[...], to: create(.newState))
            case .syncTemporary:
                guard let file = names.first(where: { $0.name == .newState })?.content else {
                    continue
                }
                synchronize(file, upTo: content.count)
            case .rename: rename(.newState, to: .state)
            case .syncDirectory: synchronizeDirectory()
            }
        }
    }
}
