import Foundation

/// Looks until the condition holds; false when it never did.
func eventually(within seconds: Double = 30, _ condition: () throws -> Bool) rethrows -> Bool {
    let deadline = Date.now.addingTimeInterval(seconds)
    while Date.now < deadline {
        if try condition() { return true }
        // Between two looks: what is awaited happens in other processes, which tell nobody.
        usleep(20_000)
    }
    return try condition()
}
