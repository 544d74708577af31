/// The slots with the highest scores so far, kept in the caller's buffer, their scores beside it.
struct BestSlots {
    /// More are found one by one, with a pass over all nodes for each.
    static let limit = 8

    private var scores = [8 of UInt64](repeating: 0)
    private(set) var count = 0

    /// The score to beat once `wanted` slots are there.
    func floor(_ wanted: Int) -> UInt64? { count == wanted ? scores[wanted - 1] : nil }

    /// As `offer`, for a slot that may have been offered before with another score.
    mutating func offerAgain(
        _ slot: UInt32,
        _ score: UInt64,
        into chosen: inout MutableSpan<UInt32>
    ) {
        for place in 0..<count where chosen[place] == slot {
            guard score > scores[place] else { return }
            count -= 1
            for later in place..<count {
                scores[later] = scores[later + 1]
                chosen[later] = chosen[later + 1]
            }
            break
        }
        offer(slot, score, into: &chosen)
    }

    /// Among equal scores the one that was offered first stays in front.
    mutating func offer(
        _ slot: UInt32,
        _ score: UInt64,
        into chosen: inout MutableSpan<UInt32>
    ) {
        let wanted = chosen.count
        var place = count
        if count == wanted {
            guard score > scores[wanted - 1] else { return }
            place = wanted - 1
        } else {
            count += 1
        }
        while place > 0, scores[place - 1] < score {
            scores[place] = scores[place - 1]
            chosen[place] = chosen[place - 1]
            place -= 1
        }
        scores[place] = score
        chosen[place] = slot
    }
}
