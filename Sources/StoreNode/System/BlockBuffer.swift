/// Memory that a disk takes as it is: it begins where a block may, and is whole blocks long.
@safe struct BlockBuffer: ~Copyable {
    /// What every common disk and file system can be given without the page cache.
    static let blockBytes = 4_096

    private var memory: UnsafeMutableRawBufferPointer

    /// Zeros.
    init(byteCount: Int) {
        unsafe memory = .allocate(
            byteCount: Self.whole(byteCount),
            alignment: Self.blockBytes
        )
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { unsafe memory.deallocate() }

    /// A length rounded up to whole blocks.
    static func whole(_ byteCount: Int) -> Int {
        (byteCount + blockBytes - 1) / blockBytes * blockBytes
    }

    var byteCount: Int { unsafe memory.count }

    /// The first blocks.
    func blocks(_ byteCount: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: memory[..<byteCount])
    }

    /// Puts bytes behind the first `offset`, which stay, and zeros up to the end of their last block.
    ///
    /// - Returns: The length of the blocks that hold all of it.
    mutating func replace(from offset: Int, with bytes: [UInt8], count: Int) -> Int {
        let (end, whole) = (offset + count, Self.whole(offset + count))
        if whole > byteCount { resize(to: whole, keeping: offset) }
        unsafe bytes.withUnsafeBytes { source in
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[offset..<end])
            unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
        }
        unsafe memory[end..<whole].initializeMemory(as: UInt8.self, repeating: 0)
        return whole
    }

    /// Moves a block to the front.
    mutating func moveToFront(_ offset: Int) {
        let end = offset + Self.blockBytes
        let block = unsafe UnsafeRawBufferPointer(rebasing: memory[offset..<end])
        unsafe memory.copyMemory(from: block)
    }

    /// Keeps the first bytes, and no more than `byteCount`, which is whole blocks.
    mutating func resize(to byteCount: Int, keeping kept: Int) {
        let old = unsafe memory
        unsafe memory = .allocate(byteCount: byteCount, alignment: Self.blockBytes)
        unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: old[..<kept]))
        unsafe old.deallocate()
    }
}

// Unchecked, as no pointer is Sendable: only its owner changes the memory, one thread at a time (a
// segment's behind a mutex), and what several share, the zeros, nobody changes.
extension BlockBuffer: @unchecked Sendable {}
