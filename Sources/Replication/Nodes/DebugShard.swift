import Topology

extension NodeCore {
    public func debugShard(_ shard: Int) -> String {
        guard shard < table.replicas.count else { return "-" }
        let r = table.replicas[shard]
        return "role \(r.role) stored \(r.storedTerm) last \(r.log.last) base \(r.log.base) commit \(r.commit) applied \(r.applied) durable \(r.durable) termStart \(r.termStart) lease \(String(describing: r.leaseUntil?.nanoseconds)) proposal \(r.proposal.map { "\($0)" } ?? "-") verified \(r.verified) by \(String(describing: r.verifiedBy)) incoming \(r.incoming.map { "\($0.position) \($0.nextNumber)" } ?? "-") copies \(context.copiesUnderWay) progress \(r.progress.map { "[\($0.node) match \($0.match) next \($0.next) \($0.flow) sync \($0.isInSync) req \($0.isRequired) linked \(String(describing: $0.linkedCopy)) adm \($0.admittedCopy) conf \($0.confirmed.nanoseconds) heard \($0.heard.nanoseconds) copying \($0.copying.map { "\($0.position) \($0.number)" } ?? "-")]" })"
    }
}
