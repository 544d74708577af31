/// What can be wrong in a plan about coordinators, their etcd, and who is cut off from whom.
let coordinatorMistakes = [
    Mistake(
        "several coordinators without anything that they share",
        "system: { kind: keel, nodes: 3, coordinators: 2 }",
        3,
        "system.coordinators",
        "several coordinators share a map in etcd",
        "mapStore: etcd"
    ),
    Mistake(
        "a member of an etcd that there is not",
        "faults: [{ at: 1s, fault: process-crash, target: { etcd: 1 } }]",
        6,
        "faults[0].target.etcd",
        "the map is in no etcd"
    ),
    Mistake(
        "a map store that there is not",
        "system: { kind: keel, mapStore: etcdd }",
        3,
        "system.mapStore",
        "unknown name \"etcdd\"",
        "etcd"
    ),
    Mistake(
        "members of an etcd for a map in a file",
        "system: { kind: keel, mapStore: file, etcdMembers: 3 }",
        3,
        "system.etcdMembers",
        "there is none",
        "mapStore: etcd"
    ),
    Mistake(
        "more members of etcd than it advises",
        "system: { kind: keel, mapStore: etcd, etcdMembers: 9 }",
        3,
        "system.etcdMembers",
        "9 is out of range",
        "write 1 to 7"
    ),
    Mistake(
        "no coordinator at all",
        "system: { kind: keel, mapStore: etcd, coordinators: 0 }",
        3,
        "system.coordinators",
        "0 is out of range"
    ),
    Mistake(
        "a coordinator that there is not",
        "faults: [{ at: 1s, fault: pause, target: { coordinator: 2 }, for: 1s }]",
        6,
        "faults[0].target.coordinator",
        "2 is out of range"
    ),
    Mistake(
        "two targets of one fault",
        "faults: [{ at: 1s, fault: pause, target: { coordinator: 1, node: 2 }, for: 1s }]",
        6,
        "faults[0].target",
        "a fault has one target"
    ),
    Mistake(
        "a cut from an etcd that there is not",
        "faults: [{ at: 1s, fault: partition, shape: isolate, target: coordinator, from: etcd }]",
        6,
        "faults[0].from",
        "the map is in no etcd",
        "mapStore: etcd"
    ),
    Mistake(
        "a cut between those that never talk",
        "faults: [{ at: 1s, fault: partition, shape: isolate, target: coordinator, from: clients }]",
        6,
        "faults[0]",
        "coordinators and clients do not talk to each other",
        "one of nodes, etcd"
    ),
    Mistake(
        "a cut from nobody that is known",
        "faults: [{ at: 1s, fault: partition, shape: isolate, target: primary, from: node }]",
        6,
        "faults[0].from",
        "unknown name \"node\"",
        "nodes"
    ),
]
