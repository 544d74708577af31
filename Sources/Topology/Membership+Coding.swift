extension Membership {
    func encode(into writer: inout ByteWriter) {
        writer.write(UInt16(founders.count))
        for seat in founders { seat.encode(into: &writer) }
        writer.write(UInt32(changes.count))
        for change in changes {
            switch change {
            case .add(let seat):
                writer.write(UInt8(1))
                seat.encode(into: &writer)
            case .remove(let id):
                writer.write(UInt8(2))
                writer.write(id)
            }
        }
        writer.write(UInt16(heirs.count))
        for heir in heirs {
            writer.write(heir.seat)
            writer.write(heir.node.value)
        }
        writer.write(generation)
    }

    init?(from reader: inout ByteReader) {
        guard let founderCount = reader.read(UInt16.self) else { return nil }
        var founders: [PlacementNode] = []
        for _ in 0..<founderCount {
            guard let seat = PlacementNode(from: &reader) else { return nil }
            founders.append(seat)
        }
        guard let changeCount = reader.read(UInt32.self) else { return nil }
        var changes: [MembershipChange] = []
        for _ in 0..<changeCount {
            switch reader.read(UInt8.self) {
            case 1:
                guard let seat = PlacementNode(from: &reader) else { return nil }
                changes.append(.add(seat))
            case 2:
                guard let id = reader.read(UInt32.self) else { return nil }
                changes.append(.remove(id))
            default: return nil
            }
        }
        guard let heirCount = reader.read(UInt16.self) else { return nil }
        var heirs: [SeatHolder] = []
        for _ in 0..<heirCount {
            guard let seat = reader.read(UInt32.self), let node = reader.read(UInt16.self) else {
                return nil
            }
            heirs.append(SeatHolder(seat: seat, node: NodeID(node)))
        }
        guard let generation = reader.read(UInt32.self) else { return nil }
        self.init(
            founders: founders,
            changes: changes,
            heirs: heirs,
            generation: generation
        )
    }
}

extension PlacementNode {
    fileprivate func encode(into writer: inout ByteWriter) {
        writer.write(id)
        writer.write(weight.bitPattern)
        writer.write(zone)
    }

    fileprivate init?(from reader: inout ByteReader) {
        guard let id = reader.read(UInt32.self), let weight = reader.read(UInt64.self),
            let zone = reader.read(UInt32.self)
        else { return nil }
        self.init(id, weight: Double(bitPattern: weight), zone: zone)
    }
}

extension MembershipOperation {
    func encode(into writer: inout ByteWriter) {
        writer.write(kind.rawValue)
        former.encode(into: &writer)
        for nodes in [newcomers, forgets] {
            writer.write(UInt16(nodes.count))
            for node in nodes { writer.write(node.value) }
        }
        writer.write(alignsPrimaries)
    }

    init?(from reader: inout ByteReader) {
        guard let number = reader.read(UInt8.self), let kind = Kind(rawValue: number),
            let former = Membership(from: &reader)
        else { return nil }
        var lists: [[NodeID]] = []
        for _ in 0..<2 {
            guard let count = reader.read(UInt16.self) else { return nil }
            var nodes: [NodeID] = []
            for _ in 0..<count {
                guard let node = reader.read(UInt16.self) else { return nil }
                nodes.append(NodeID(node))
            }
            lists.append(nodes)
        }
        guard let alignsPrimaries = reader.readBool() else { return nil }
        self.init(
            kind: kind,
            former: former,
            newcomers: lists[0],
            forgets: lists[1],
            alignsPrimaries: alignsPrimaries
        )
    }
}
