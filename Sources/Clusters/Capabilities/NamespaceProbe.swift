import Glibc

/// Tries what the `namespaces` fabric needs, in enclosures that leave nothing behind.
enum NamespaceProbe {
    static func capabilities() -> [Capability] {
        let ip = tool("ip", package: "iproute2")
        let nft = tool("nft", package: "nftables")
        return [
            userNamespaces(),
            trial("namespaces", ["true"], fix: fix),
            ip, nft,
            interface("veth", "link add probe type veth peer name other", tool: ip),
            interface("bridge", "link add probe type bridge", tool: ip),
            bridgeFilter(nft),
        ]
    }

    /// What to do where namespaces are refused, by what refuses them.
    static var fix: String {
        let parameter = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
        if geteuid() != 0, KernelFile.contents(parameter)?.first == "1" {
            return "AppArmor keeps ordinary users from namespaces: run as root, or"
                + " `sysctl kernel.apparmor_restrict_unprivileged_userns=0`"
        }
        if geteuid() != 0, userNamespaceLimit == 0 {
            return "run as root, or `sysctl user.max_user_namespaces=10000`"
        }
        if unsafe access("/.dockerenv", F_OK) == 0 {
            return "run the container with `--privileged`, or with"
                + " `--security-opt seccomp=unconfined --security-opt apparmor=unconfined"
                + " --security-opt systempaths=unconfined`"
        }
        return "run as root, or use the loopback fabric (process faults only)"
    }

    private static var userNamespaceLimit: Int {
        let text = KernelFile.contents("/proc/sys/user/max_user_namespaces") ?? ""
        return Int(text.prefix { $0.isNumber }) ?? 0
    }

    private static func userNamespaces() -> Capability {
        let name = "user namespaces"
        let clone = KernelFile.contents("/proc/sys/kernel/unprivileged_userns_clone")
        if userNamespaceLimit == 0 || clone?.first == "0" {
            return Capability(name, .missing(why: "the kernel allows none", fix: fix))
        }
        return Capability(name, .available("at most \(userNamespaceLimit)"))
    }

    private static func tool(_ name: String, package: String) -> Capability {
        do throws(ClusterError) {
            return Capability(name, .available(try Executables.tool(name, package: package)))
        } catch {
            return Capability(
                name,
                .missing(why: "it is not installed", fix: "apt-get install \(package)")
            )
        }
    }

    private static func interface(_ kind: String, _ line: String, tool: Capability) -> Capability {
        guard case .available(let ip) = tool.state else { return untried(kind, without: "ip") }
        return trial(
            kind,
            [ip, "-batch", "-"],
            input: line + "\n",
            fix: "load the kernel module: modprobe \(kind)"
        )
    }

    private static func bridgeFilter(_ tool: Capability) -> Capability {
        let name = "bridge filter"
        guard case .available(let nft) = tool.state else { return untried(name, without: "nft") }
        return trial(
            name,
            [nft, "-f", "-"],
            input: PacketFilter.ruleset,
            fix: "load the kernel modules: modprobe nf_tables nft_counter"
        )
    }

    private static func untried(_ name: String, without tool: String) -> Capability {
        Capability(name, .missing(why: "cannot be tried without \(tool)", fix: "install \(tool)"))
    }

    /// Runs a command in an enclosure of its own.
    private static func trial(
        _ name: String,
        _ arguments: [String],
        input: String = "",
        fix: String
    ) -> Capability {
        do throws(ClusterError) {
            let command = try Enclosure.namespaces.command(arguments)
            let run = try ToolRun(command[0], Array(command.dropFirst()), input: input)
            let (output, code) = run.result()
            if code == 0 { return Capability(name, .available("")) }
            let why = output.split(separator: "\n").first.map(String.init) ?? "code \(code)"
            return Capability(name, .missing(why: why, fix: fix))
        } catch {
            return Capability(name, .missing(why: error.message, fix: fix))
        }
    }
}
