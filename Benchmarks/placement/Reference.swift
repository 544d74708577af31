import PlacementReference
import Topology

/// The same scheme written in C++.
@safe final class Reference {
    private let table: OpaquePointer

    /// Nil where there is none; `capacity` is that of the table it is compared with.
    init?(_ scheme: String, nodes: Int, capacity: Int) {
        let kinds = [
            "jump": reference_jump, "anchor": reference_anchor, "memento": reference_memento,
        ]
        guard let kind = kinds[scheme] else { return nil }
        unsafe table = reference_make(kind, UInt32(nodes), UInt32(capacity))
    }

    deinit { unsafe reference_free(table) }

    func remove(_ id: UInt32) { unsafe reference_remove(table, id) }

    func assign(_ hashes: [UInt64], into nodes: inout [UInt32]) {
        unsafe hashes.withUnsafeBufferPointer { hashes in
            unsafe nodes.withUnsafeMutableBufferPointer { nodes in
                guard let from = hashes.baseAddress, let to = nodes.baseAddress else { return }
                unsafe reference_assign(table, from, hashes.count, to)
            }
        }
    }
}
