import Clusters
import Determinism
import Faults
import Glibc
import Testing
import Topology

extension InsideEnclosure {
    @Suite struct FabricTests {
        /// Five nodes, a coordinator and two client groups, each with a stand-in that answers.
        private func withFabric(
            _ body: (NamespacesFabric, ProcessTable) async throws -> Void
        ) async throws {
            let fabric = try NamespacesFabric(FabricLayout(nodeCount: 5, clientGroups: 2))
            try fabric.build()
            defer { fabric.tearDown() }
            let folder = try TemporaryDirectory()
            let table = try ProcessTable(fabric: fabric, logDirectory: folder.path)
            let standIn = try Executables.own("stand-in")
            for endpoint in fabric.layout.endpoints {
                guard let place = fabric.place(of: endpoint) else { continue }
                let arguments = ["serve", place.host, "7777"]
                table.add(.init(endpoint: endpoint, program: standIn, arguments: arguments))
                try table.start(endpoint)
            }
            do {
                for endpoint in table.endpoints {
                    try await table.awaitReady(endpoint, within: .seconds(5))
                }
                try await body(fabric, table)
            } catch {
                await table.stopAll()
                throw error
            }
            await table.stopAll()
            #expect(table.unexpectedEnds.isEmpty)
        }

        /// What a new connection from one endpoint to another gets.
        private func ask(
            _ fabric: NamespacesFabric,
            _ link: DirectedLink,
            milliseconds: Int = 300
        ) async throws -> String {
            let here = try #require(fabric.place(of: link.from)).launcherOptions
            let there = try #require(fabric.place(of: link.to)).host
            let command =
                ["node"] + here + ["--", try Executables.own("stand-in")]
                + ["ask", there, "7777", "\(milliseconds)"]
            return try await output(try Executables.own("ordeal-launcher"), command).text
                .split(separator: "\n").last.map(String.init) ?? ""
        }

        /// The bound is loose, for machines that are busy with something else.
        @Test func `a fabric of ten places is built and torn down in no time, again and again`()
            throws
        {
            var best = (build: Duration.seconds(60), tearDown: Duration.seconds(60))
            for _ in 0..<5 {
                let fabric = try NamespacesFabric(FabricLayout(nodeCount: 7, clientGroups: 2))
                best.build = min(best.build, try ContinuousClock().measure { try fabric.build() })
                best.tearDown = min(best.tearDown, ContinuousClock().measure { fabric.tearDown() })
            }
            print("fabric of ten places: built in \(best.build), gone in \(best.tearDown)")
            #expect(best.build < .milliseconds(300) && best.tearDown < .seconds(1))
        }

        @Test func `every endpoint reaches every other, the harness reaches all`() async throws {
            try await withFabric { fabric, _ in
                for from in fabric.layout.endpoints {
                    let to: Endpoint = from == .node(1) ? .node(2) : .node(1)
                    #expect(try await ask(fabric, DirectedLink(from: from, to: to)) == "answered")
                }
                for endpoint in fabric.layout.endpoints {
                    let place = try #require(fabric.place(of: endpoint))
                    let (text, _) = try await output(
                        try Executables.own("stand-in"),
                        ["ask", place.host, "7777", "300"]
                    )
                    #expect(text == "answered\n", "\(endpoint)")
                }
            }
        }

        static let shapes: [(PartitionShape, Bool)] = [
            (.isolate, false), (.isolate, true), (.halves, true), (.oneWay, false),
            (.bridge, false),
        ]

        @Test(arguments: shapes)
        func `a cut drops exactly the links it names, and its counters say so`(
            shape: PartitionShape,
            withClients: Bool
        ) async throws {
            try await withFabric { fabric, _ in
                let links = try links(of: shape, withClients: withClients, layout: fabric.layout)
                try fabric.cut(links)
                for link in DirectedLink.every(between: [.node(2)], and: fabric.layout.endpoints) {
                    let reverse = DirectedLink(from: link.to, to: link.from)
                    // A question needs both directions; what was lost was lost on the one that is cut.
                    let isWhole = !links.contains(link) && !links.contains(reverse)
                    let before = try fabric.dropped(on: links)
                    let answer = try await ask(fabric, link, milliseconds: isWhole ? 1000 : 60)
                    #expect(answer == (isWhole ? "answered" : "silence"), "\(link)")
                    let grown = zip(before, try fabric.dropped(on: links))
                        .filter { $0.packets < $1.packets }.map(\.0.link)
                    let lost = links.contains(link) ? link : reverse
                    // Earlier questions of the same two are repeated by their kernels.
                    #expect(isWhole || grown.contains(lost), "\(link): \(grown)")
                    #expect(Set(grown).isSubset(of: links))
                }
                try fabric.reconnect(links)
                #expect(try fabric.dropped(on: links).isEmpty)
                for link in links.prefix(4) {
                    #expect(
                        try await ask(fabric, link, milliseconds: 1000) == "answered",
                        "\(link)"
                    )
                }
            }
        }

        private func links(
            of shape: PartitionShape,
            withClients: Bool,
            layout: FabricLayout
        ) throws -> [DirectedLink] {
            let view = ClusterView(
                nodes: layout.nodes,
                running: layout.nodes,
                hasCoordinator: true,
                clientGroups: layout.clientGroups,
                shards: []
            )
            let partition = try Partition(
                fields: FaultFields(
                    target: .node(NodeID(2)),
                    shape: shape.rawValue,
                    withClients: withClients
                )
            )
            let entry = FaultSchedule([(.zero, partition)], seed: Seed(5)).entries[0]
            guard case .cut(let links)? = entry.strike(in: view).strike.actions.first else {
                return []
            }
            return links
        }

        @Test func `a link that two faults cut stays cut until both are healed`() async throws {
            try await withFabric { fabric, _ in
                let link = DirectedLink(from: .node(1), to: .node(2))
                try fabric.cut([link])
                try fabric.cut([link, DirectedLink(from: .node(1), to: .node(3))])
                try fabric.reconnect([link])
                #expect(try await ask(fabric, link, milliseconds: 60) == "silence")
                try fabric.reconnect([link, DirectedLink(from: .node(1), to: .node(3))])
                #expect(try await ask(fabric, link) == "answered")
            }
        }

        @Test func `a link of nobody is refused and nothing is cut`() async throws {
            try await withFabric { fabric, _ in
                let known = DirectedLink(from: .node(1), to: .node(2))
                let unknown = DirectedLink(from: .node(1), to: .node(77))
                let cut = Result { try fabric.cut([known, unknown]) }
                #expect(throws: ClusterError.self) { try cut.get() }
                let answer = try await ask(fabric, known)
                #expect(answer == "answered")
            }
        }

        @Test func `a dead process is told at once, a dead machine and a pause are silence`()
            async throws
        {
            try await withFabric { fabric, table in
                try await expectHeld(fabric, .node(1), then: "closed") { table.kill(.node(1)) }
                try await expectHeld(fabric, .node(2), then: "silence") {
                    let others = fabric.layout.endpoints.filter { $0 != .node(2) }
                    try fabric.cut(DirectedLink.every(between: [.node(2)], and: others))
                    table.kill(.node(2))
                }
                try await expectHeld(fabric, .node(3), then: "silence", isConnected: false) {
                    table.pause(.node(3))
                    await becomesTrue("node 3 is stopped") { table.isStopped(.node(3)) }
                }
            }
        }

        /// Holds a connection from a client group through `strike` and says what became of it.
        private func expectHeld(
            _ fabric: NamespacesFabric,
            _ endpoint: Endpoint,
            then outcome: String,
            isConnected: Bool = true,
            strike: () async throws -> Void
        ) async throws {
            let here = try #require(fabric.place(of: .clients(1))).launcherOptions
            let there = try #require(fabric.place(of: endpoint)).host
            let printed = Printed()
            let command =
                [try Executables.own("ordeal-launcher"), "node"] + here
                + ["--", try Executables.own("stand-in"), "hold", there, "7777", "700"]
            if !isConnected { try await strike() }
            let held = try start(command, output: printed)
            if isConnected {
                await becomesTrue("the client is connected") { printed.text == "connected\n" }
                try await strike()
            }
            #expect(await held.awaitEnd(within: .seconds(5)) == .exited(code: 0))
            let expected = (isConnected ? "connected\n" : "") + outcome + "\n"
            #expect(printed.text == expected, "\(endpoint)")
        }

        @Test func `a renewed network forgets what the dead machine had still to send`()
            async throws
        {
            try await withFabric { fabric, table in
                table.kill(.node(1))
                _ = await table.process(of: .node(1))?.awaitEnd(within: .seconds(5))
                let before = namespace(of: .node(1), in: fabric)
                try fabric.renew(.node(1))
                #expect(namespace(of: .node(1), in: fabric) != before)
                try table.start(.node(1))
                try await table.awaitReady(.node(1), within: .seconds(5))
                let link = DirectedLink(from: .node(2), to: .node(1))
                #expect(try await ask(fabric, link) == "answered")
            }
        }

        private func namespace(of endpoint: Endpoint, in fabric: NamespacesFabric) -> UInt64? {
            guard let path = fabric.place(of: endpoint)?.networkPath else { return nil }
            var information = stat()
            return unsafe stat(path, &information) == 0 ? UInt64(information.st_ino) : nil
        }
    }
}
