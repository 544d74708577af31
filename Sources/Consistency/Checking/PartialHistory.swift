extension Conclusion {
    /// What remains where parts of the history are not there: its reads may show what was written in
    /// those, and what contradicts it may stand there, too.
    ///
    /// - Parameter missing: Which parts; nil where nothing is missing.
    public func ofPart(missing: String?) -> Conclusion {
        guard let missing else { return self }
        var part = self
        part.counterexamples = []
        switch verdict {
        case .invalid(let reasons):
            part.verdict = .assumptionViolated([
                "\(missing); what was read may have been written there"
            ])
            part.notes += reasons.prefix(3).map { "by itself the part is invalid: \($0)" }
        case .valid:
            part.verdict = .unknown(["\(missing); of the whole nothing is proven"])
        default: break
        }
        return part
    }
}
