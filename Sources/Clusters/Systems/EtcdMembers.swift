internal import Faults

/// The etcd that coordinators keep their map in, as processes of a cluster.
struct EtcdMembers {
    let processes: [ProcessDescription]
    /// Where coordinators reach its members, with commas between.
    let clientAddresses: String

    /// It keeps every version of a key until it is told to forget them.
    private static let keptRevisions = 1_000
    /// More than the largest map there is; etcd's own limit is 1.5 MiB.
    private static let requestLimit = 8 << 20

    init(_ specification: ClusterSpecification, at place: (Endpoint) -> FabricPlace) {
        let members = Endpoint.etcd(members: specification.etcdMembers)
        func peerAddress(_ member: Endpoint) -> String {
            "http://\(place(member).host):\(place(member).peerPort)"
        }
        func clientAddress(_ member: Endpoint) -> String {
            "http://\(place(member).host):\(place(member).port)"
        }
        let cluster = members.map { "\($0.name)=\(peerAddress($0))" }.joined(separator: ",")
        clientAddresses = members.map(clientAddress).joined(separator: ",")
        processes = members.map { member in
            ProcessDescription(
                endpoint: member,
                program: specification.etcdExecutable,
                arguments: [
                    "--name", member.name,
                    "--data-dir", "\(specification.dataDirectory)/\(member.name)/data",
                    "--listen-client-urls", clientAddress(member),
                    "--advertise-client-urls", clientAddress(member),
                    "--listen-peer-urls", peerAddress(member),
                    "--initial-advertise-peer-urls", peerAddress(member),
                    "--initial-cluster", cluster,
                    "--max-request-bytes", "\(Self.requestLimit)",
                    "--auto-compaction-mode", "revision",
                    "--auto-compaction-retention", "\(Self.keptRevisions)",
                    "--logger", "zap", "--log-level", "error",
                ],
                readyLine: nil
            )
        }
    }
}
