import Simulation

// Every flaw that the simulator must find. Nothing else knows of them.
let flaws: [any StoreFlaw.Type] = [
    AcknowledgesBeforeReplicating.self,
    AcknowledgesBeforeSync.self,
    AppliesBeforeCommit.self,
    AppliesTwice.self,
    CountsTheLeaseFromItsAnswer.self,
    ForgetsGrants.self,
    ForgetsTheTerm.self,
    IgnoresTheLease.self,
    KeepsTheCopysName.self,
    LosesSetChanges.self,
    PromotesOutOfSync.self,
    ResurrectsDeletes.self,
    ServesAfterDemotion.self,
    TruncatesTooLittle.self,
]
