import Benchmark
import Topology

func measureHashing() {
    let key = key(12_345)
    measure("hash, key of 16 bytes", allocating: 0...0) { _ in blackHole(StableHash.hash(key.span))
    }
    measure("slot, key of 16 bytes", allocating: 0...0) { _ in blackHole(KeySlot.slot(of: key.span))
    }
    let tagged = Array("{user:1000}.following".utf8)
    measure("slot, key with a tag", allocating: 0...0) { _ in
        blackHole(KeySlot.slot(of: tagged.span))
    }
}

func measurePlacement() {
    let nodes = (1...12).map { NodeID(UInt16($0)) }
    for scheme in placementSchemes {
        measure("placement, \(scheme.name), 256 shards on 3 of 12 nodes", on: { scheme.init() }) {
            scheme,
            _ in
            blackHole(try? scheme.place(shards: 256, on: nodes, replicas: 3))
        }
    }
}
