import ArgumentParser
import Coordination
import Glibc
import StoreNode
import Topology

/// `keel admin`.
struct AdminCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin",
        abstract: "Asks a cluster's coordinator how it is, or to change who takes part.",
        discussion: """
            Shards move one at a time while they serve: a new copy is filled and in sync before the old \
            one goes. An interrupted change is carried on by whoever coordinates next; `cancel` takes it \
            back. What would lose data is refused with the reason (exit code 1).

            keel admin status --coordinator 10.0.0.9:7000
            keel admin add 6=10.0.0.6:6379:16379 --coordinator 10.0.0.9:7000 --wait
            keel admin replace 2 6=10.0.0.6:6379:16379 --coordinator 10.0.0.9:7000
            keel admin drain 3 --coordinator 10.0.0.9:7000 --wait
            """,
        subcommands: [
            StatusCommand.self, AddCommand.self, RemoveCommand.self, DrainCommand.self,
            ReplaceCommand.self, RebalanceCommand.self, CancelCommand.self, ThrottleCommand.self,
            AcceptLossCommand.self,
        ]
    )
}

/// What every `keel admin` command takes.
struct AdminOptions: ParsableArguments {
    @Option(
        help: "The coordinators' addresses and ports, with commas between.",
        transform: KeelCommandLine.endpoints
    )
    var coordinator: [Endpoint]

    @Flag(help: "Answer as JSON.")
    var json = false

    @Option(help: "Seconds to wait for an answer.")
    var patience = 10

    func ask(_ command: AdminCommand) throws -> AdminAnswer {
        try ClusterAdministration.ask(command, of: coordinator, within: .seconds(patience))
    }

    /// Asks for a change and says what came of it.
    func change(_ command: AdminCommand) throws {
        switch try ask(command) {
        case .accepted(let text):
            print(json ? "{\"accepted\":\(StatusJSON.quoted(text))}" : text)
        case .refused(let reason): throw StartFailure.refused(reason)
        case .status: throw StartFailure.infrastructure("the coordinator answers something else")
        }
    }

    func status() throws -> ClusterStatus {
        guard case .status(let status) = try ask(.status) else {
            throw StartFailure.infrastructure("the coordinator answers something else")
        }
        return status
    }
}

/// Commands that shards move for.
struct MoveOptions: ParsableArguments {
    @OptionGroup var admin: AdminOptions

    @Flag(help: "Return when every shard is where it is to be.")
    var wait = false

    @Option(help: "Seconds to wait for that.")
    var timeout = 3_600

    func change(_ command: AdminCommand) throws {
        try admin.change(command)
        guard wait else { return }
        var seconds = 0.0
        while seconds < Double(timeout) {
            usleep(200_000)
            seconds += 0.2
            guard try admin.status().map?.operation != nil else { return }
        }
        throw StartFailure.infrastructure("shards still move after \(timeout) seconds")
    }
}

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Says who takes part, who is heard, and what moves."
    )

    @OptionGroup var options: AdminOptions

    func run() throws {
        let status = try options.status()
        print(options.json ? StatusJSON.text(status) : StatusTable.text(status))
    }
}

struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Gives a node its share of the shards."
    )

    @Argument(help: "The node, such as 6=10.0.0.6:6379:16379; a drained one by its number.")
    var node: JoiningArgument

    @Option(help: "Its share beside the others'; not with every placement.")
    var weight = 1.0

    @Option(help: "The fault domain that it fails with.")
    var zone: UInt32 = PlacementNode.sharedZone

    @OptionGroup var options: MoveOptions

    func run() throws {
        var node = node.node
        node.weight = weight
        node.zone = zone
        try options.change(.add(node))
    }
}

struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Takes a node's shards away and forgets it; its data directory is left alone."
    )

    @Argument(help: "The node's number.") var node: NodeArgument
    @OptionGroup var options: MoveOptions

    func run() throws { try options.change(.remove(node.node)) }
}

struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Takes a node's shards away; it stays known and can be added again."
    )

    @Argument(help: "The node's number.") var node: NodeArgument
    @OptionGroup var options: MoveOptions

    func run() throws { try options.change(.drain(node.node)) }
}

struct ReplaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Gives a node's shards to another one; nothing else moves."
    )

    @Argument(help: "The number of the node that goes.") var old: NodeArgument
    @Argument(help: "The node that comes, such as 6=10.0.0.6:6379:16379.")
    var new: JoiningArgument
    @OptionGroup var options: MoveOptions

    func run() throws { try options.change(.replace(old.node, with: new.node)) }
}

struct RebalanceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebalance",
        abstract: "Lets every shard's first choice reign, with new weights where some are given."
    )

    @Argument(help: "New weights, such as 2=1.5.") var weights: [WeightArgument] = []
    @OptionGroup var options: MoveOptions

    func run() throws { try options.change(.rebalance(weights.map(\.weight))) }
}

struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Takes the change that is under way back."
    )

    @OptionGroup var options: MoveOptions

    func run() throws { try options.change(.cancel) }
}

struct ThrottleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throttle",
        abstract: "Limits what moving shards take of a node."
    )

    @Argument(help: "MiB per second; 0 for no limit.") var rate: UInt64
    @OptionGroup var options: AdminOptions

    func run() throws {
        let (bytes, overflows) = rate.multipliedReportingOverflow(by: 1 << 20)
        guard !overflows else { throw ValidationError("\(rate) MiB/s is no limit at all") }
        try options.change(.throttle(bytesPerSecond: bytes))
    }
}

struct AcceptLossCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-loss",
        abstract: "Lets shards go on without what only silent nodes hold: that is lost.",
        discussion: """
            Only for shards that `status` calls unavailable. Start the silent nodes instead where that is \
            possible: what they hold comes back with them.
            """
    )

    @Argument(help: "The shards, such as s3 s17; all that wait for it where --all is given.")
    var shards: [ShardArgument] = []
    @Flag(help: "Every shard that is unavailable.") var all = false
    @OptionGroup var options: AdminOptions

    func validate() throws {
        guard all != !shards.isEmpty else {
            throw ValidationError("say either which shards, or --all")
        }
    }

    func run() throws { try options.change(.acceptLoss(shards.map(\.shard))) }
}
