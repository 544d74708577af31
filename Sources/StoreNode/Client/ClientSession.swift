internal import RESP

/// What a client has said about itself and its connection.
struct ClientSession {
    /// As `CLIENT ID` tells it.
    let number: Int
    var version = RESPVersion.two
    var name: [UInt8] = []
    /// Whether it may read from backups: `READONLY`.
    var readsFromBackups = false
    var libraryName: [UInt8] = []
    var libraryVersion: [UInt8] = []
}
