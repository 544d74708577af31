internal import CJemalloc

/// What jemalloc says of the process's memory, in bytes.
struct AllocatorFigures {
    /// What the program asked for and has not given back.
    var allocated = 0
    /// Pages that hold it.
    var active = 0
    /// Pages the kernel has backed with memory, jemalloc's own included.
    var resident = 0
    var mapped = 0

    /// Reads the figures of this moment; zeros when another allocator is in the process.
    static func now() -> AllocatorFigures {
        // Figures are cached by epoch; writing a number to it renews them.
        var epoch: UInt64 = 1
        unsafe mallctl("epoch", nil, nil, &epoch, MemoryLayout<UInt64>.size)
        return AllocatorFigures(
            allocated: figure("stats.allocated"),
            active: figure("stats.active"),
            resident: figure("stats.resident"),
            mapped: figure("stats.mapped")
        )
    }

    /// jemalloc's version, as `5.3.0`.
    static var version: String {
        var text: UnsafePointer<CChar>?
        var size = unsafe MemoryLayout<UnsafePointer<CChar>?>.size
        let code = unsafe mallctl("version", &text, &size, nil, 0)
        guard code == 0, let text = unsafe text else { return "unknown" }
        return unsafe String(String(cString: text).prefix { $0 != "-" })
    }

    private static func figure(_ name: StaticString) -> Int {
        var value = 0
        var size = MemoryLayout<Int>.size
        let code = name.withUTF8Buffer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe mallctl(characters.baseAddress, &value, &size, nil, 0)
            }
        }
        return code == 0 ? value : 0
    }
}
