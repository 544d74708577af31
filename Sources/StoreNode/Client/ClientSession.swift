internal import RESP

/// What a client has said about itself and its connection.
struct ClientSession {
    /// As `CLIENT ID` tells it.
    let number: Int
    var version = RESPVersion.two
    var name: [UInt8] = []
    /// `READONLY` and `READWRITE` change it, and `CLIENT READS`.
    var reads: ReadMode
    var libraryName: [UInt8] = []
    var libraryVersion: [UInt8] = []
}
