internal import CProcessor

extension KeyValueState {
    /// What the processor fetches of a key, one after the other: each says where the next one is.
    ///
    /// Storing a value waits for memory more than for anything else. For many keys at once the waits take
    /// as long as for one.
    enum Fetched {
        /// What says where the key's record stands.
        case place
        /// The record.
        case record
    }

    /// To hash a longer key takes longer than what is won.
    static let fetchedKeyLimit = 256

    func fetch(_ what: Fetched, of key: UnsafeRawBufferPointer) {
        let tag = unsafe Self.tag(of: key)
        var place = home(of: tag)
        switch what {
        case .place:
            unsafe tags.withUnsafeBufferPointer { tags in
                unsafe ordeal_prefetch(tags.baseAddress?.advanced(by: place))
            }
            unsafe records.withUnsafeBufferPointer { records in
                unsafe ordeal_prefetch(records.baseAddress?.advanced(by: place))
            }
        case .record:
            let mask = tags.count - 1
            while tags[place] != 0, tags[place] != tag { place = (place + 1) & mask }
            unsafe records.withUnsafeBytes { records in
                // A record is a pointer. Read as an array it would be counted, which waits for it.
                let offset = place * MemoryLayout<StoredRecord>.stride
                unsafe ordeal_prefetch(
                    records.load(fromByteOffset: offset, as: UnsafeRawPointer?.self)
                )
            }
        }
    }
}
