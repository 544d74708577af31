import StoreNode
import Testing

@Suite struct OpenFileTests {
    private func write(_ text: StaticString, at offset: Int, to file: borrowing OpenFile) throws {
        let bytes = unsafe UnsafeRawBufferPointer(
            start: text.utf8Start,
            count: text.utf8CodeUnitCount
        )
        try unsafe file.write(bytes, at: offset)
    }

    @Test func `what a disk does not take past the page cache goes through it`() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/file"
            let file = try OpenFile.create(path)
            file.bypassPageCache()
            // No whole blocks: a file system that can pass the page cache by refuses these.
            try write("whole", at: 0, to: file)
            try write(" blocks", at: 5, to: file)
            #expect(try OpenFile.read(path).readAll() == Array("whole blocks".utf8))
        }
    }
}
