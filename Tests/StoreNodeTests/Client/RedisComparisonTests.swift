import NIOCore
import RESP
import StoreNode
import Testing

/// The same commands to a real Redis and to a node: the same replies.
@Suite(.serialized) struct RedisComparisonTests {
    /// Each line is a command; one that begins with `2>` comes from a second connection.
    static let scripts: [(name: String, lines: String)] = [
        (
            "strings",
            """
            SET k v; GET k; SET k w NX; SET k w XX; SET n w XX; GET n; SET k x GET; SET n x GET
            SET k y NX GET; GET k; SET m y NX GET; GET m; SET o y XX GET; SET k v NX XX
            SET k v GET GET; SET k v XX XX; SET k v what; SET k; APPEND k tail; APPEND new tail
            GET k; MSET {t}1 a {t}2 b; MGET {t}1 {t}3 {t}2; MSET {t}1; TYPE k; TYPE none; DEL k
            EXISTS k; TYPE; APPEND k
            """
        ),
        (
            "counters",
            """
            INCR n; DECR n; DECR n; INCRBY n 10; DECRBY n 4; GET n; INCRBY n -20; DECRBY n -5
            INCRBY n abc; INCRBY n 1.5; INCRBY n 9223372036854775808; INCRBY n ''; INCRBY n 01
            INCRBY n +1; INCRBY n; DECRBY n x; DECRBY n -9223372036854775808
            SET max 9223372036854775807; INCR max; INCRBY max 1; DECRBY max -1; GET max
            SET min -9223372036854775808; DECR min; DECRBY min 1; INCRBY min -1; GET min
            INCRBY min 9223372036854775807; SET w word; INCR w; DECR w; INCRBY w 2; DECRBY w 2
            SET z 007; INCR z; SET y ' 1'; INCR y; SET x ''; INCR x; DECR
            """
        ),
        (
            "lists",
            """
            LLEN l; LRANGE l 0 -1; RPUSH l a; RPUSH l b c d; LPUSH l z y; LRANGE l 0 -1; LLEN l
            LRANGE l 0 0; LRANGE l -1 -1; LRANGE l -3 -2; LRANGE l 2 1; LRANGE l 5 100
            LRANGE l 6 100; LRANGE l -100 1; LRANGE l -100 -100; LRANGE l a b; LRANGE l 0
            LRANGE l 0 9223372036854775807; LRANGE l -9223372036854775808 -1; LRANGE l 0 1 2
            RPUSH l ''; LRANGE l -1 -1; RPUSH l; LPUSH l; LLEN l l; TYPE l; EXISTS l; GET l
            APPEND l x; INCR l; DECRBY l 2; SET l v GET; SET l v NX; MGET l; SET l v; GET l
            RPUSH l a; LPUSH l a; LLEN l; LRANGE l 0 -1; LRANGE l x 1; DEL l; RPUSH l again
            LRANGE l 0 -1; SET l v XX; GET l; DBSIZE
            """
        ),
        (
            "transactions",
            """
            MULTI; SET {t}k 1; INCRBY {t}k 5; GET {t}k; RPUSH {t}l a b; LRANGE {t}l 0 -1; EXEC
            GET {t}k; MULTI; EXEC; EXEC; DISCARD; UNWATCH; MULTI; SET {t}k x; DISCARD; GET {t}k
            MULTI; MULTI; SET {t}k 2; EXEC; MULTI; WATCH {t}k; SET {t}k 3; EXEC; GET {t}k
            MULTI; SET {t}k 9; FOO; SET {t}k 8; EXEC; GET {t}k; MULTI; GET; EXEC
            MULTI; SET {t}k NX; SET {t}k v NX XX; SET {t}k v; RPUSH {t}k x; INCRBY {t}k z; PING
            UNWATCH; ECHO e; SELECT 1; GET {t}k; MGET {t}k {t}l {t}n; EXEC; GET {t}k
            MULTI; SET {t}a 1; SET b 2; EXEC; EXISTS {t}a; MULTI; SET {t}a 1; MGET a b; EXEC
            EXISTS {t}a; MULTI x; EXEC x; MULTI; SET {t}a 1; EXEC x; EXEC; EXISTS {t}a
            MULTI; SET {t}k v IFNE x; DEL {t}k {t}l; EXISTS {t}k; TYPE {t}l; EXEC; MULTI; PING; EXEC
            MULTI; MSET {t}a 1 {t}b 2; LLEN {t}a; DECRBY {t}a 3; APPEND {t}b 4; EXEC; PING
            """
        ),
        (
            "watching",
            """
            SET {t}k 1; WATCH {t}k; MULTI; INCR {t}k; EXEC; WATCH {t}k; SET {t}k 2; MULTI
            INCR {t}k; EXEC; GET {t}k; WATCH {t}k {t}n; 2> SET {t}n 1; MULTI; GET {t}k; EXEC
            WATCH {t}k; 2> SET {t}k 2; MULTI; EXEC; WATCH {t}k; 2> SET {t}k 5 NX; 2> GET {t}k
            MULTI; GET {t}k; EXEC; WATCH {t}k; 2> SET {t}k 5; UNWATCH; MULTI; GET {t}k; EXEC
            WATCH {t}k; 2> SET {t}k 6; MULTI; DISCARD; MULTI; GET {t}k; EXEC; WATCH {t}k
            2> DEL {t}z; 2> SET {t}other 1; MULTI; SET {t}k 7; EXEC; WATCH {t}z; 2> SET {t}z 1
            2> DEL {t}z; MULTI; SET {t}k 8; EXEC; WATCH {t}l; 2> RPUSH {t}l a; MULTI; LLEN {t}l
            EXEC; WATCH {t}l; 2> LLEN {t}l; 2> GET {t}l; MULTI; LLEN {t}l; EXEC; WATCH {t}k
            WATCH {t}k; WATCH {t}l; 2> APPEND {t}k x; MULTI; PING; EXEC; GET {t}k; WATCH {t}k
            2> WATCH {t}k; 2> MULTI; 2> SET {t}k a; 2> EXEC; MULTI; SET {t}k b; EXEC; GET {t}k
            WATCH a b; WATCH; WATCH {t}k; MULTI; SET; EXEC; 2> SET {t}k c; MULTI; GET {t}k; EXEC
            """
        ),
        (
            "expiry",
            """
            TTL k; PTTL k; EXPIRETIME k; PEXPIRETIME k; EXPIRE k 10; PERSIST k; SET k v EX 1000
            TTL k; GET k; PERSIST k; PERSIST k; TTL k; SET k v EXAT 9999999999; EXPIRETIME k
            PEXPIRETIME k; SET k w KEEPTTL; EXPIRETIME k; SET k w; TTL k; SET k v PXAT 9999999999999
            PEXPIRETIME k; EXPIRETIME k; APPEND k x; PEXPIRETIME k; SET k 5 KEEPTTL XX; INCR k
            PEXPIRETIME k; GETEX k; PEXPIRETIME k; GETEX k PERSIST; TTL k; GETEX k EX 500; TTL k
            GETEX k EXAT 9999999999; EXPIRETIME k; GETEX none EX 5; GETEX k EX; GETEX k WHAT 5
            GETEX k PERSIST 5; GETEX k EX 0; GETEX k EX x; SET k v EX 0; SET k v PX -1; SET k v EX x
            SET k v EX; SET k v EX 5 PX 5; SET k v EX 5 KEEPTTL; SET k v KEEPTTL EX 5
            SET k v EX 9223372036854775807; SET k v EX 9223372036854775; SET k v PX 1.5
            SETEX k 900 w; TTL k; GET k; SETEX k 0 w; SETEX k x w; SETEX k 5; PSETEX k 900000 z; TTL k
            PSETEX k 0 z; EXPIRE k 700; TTL k; EXPIRE k 800 NX; EXPIRE k 600 GT; EXPIRE k 600 LT
            TTL k; EXPIRE k 650 XX; EXPIRE k 700 XX GT; TTL k; EXPIRE k 5 NX XX; EXPIRE k 5 NX GT
            EXPIRE k 5 GT LT; EXPIRE k 5 WHAT; EXPIRE k x; EXPIRE k 9223372036854775807; EXPIRE k
            EXPIRE k 9223372036854775; PERSIST k; EXPIRE k 5 GT; EXPIRE k 500 LT; TTL k
            PEXPIRE k 400000; TTL k; EXPIREAT k 9999999999; EXPIRETIME k; PEXPIREAT k 9999999999999
            PEXPIRETIME k; PEXPIREAT k x; EXPIRE k -1; EXISTS k; SET k v; EXPIREAT k 1; GET k
            SET k v; PEXPIRE k 0; GET k; SET k v PXAT 1; EXISTS k; SET k v; GETEX k PXAT 1; EXISTS k
            RPUSH l a b; EXPIRE l 100; RPUSH l c; TTL l; LRANGE l 0 -1; GETEX l; GETEX l PERSIST
            TTL l; SET l v; TTL l; DEL l; RPUSH l a; TTL l; MSET {t}a 1; EXPIRE {t}a 100; MSET {t}a 2
            TTL {t}a; MULTI; SET {t}k v EX 100; TTL {t}k; EXPIRE {t}k 50; TTL {t}k; PERSIST {t}k
            TTL {t}k; EXPIRE {t}k -1; GET {t}k; EXEC; EXISTS {t}k; SET {t}k 1 EX 100; WATCH {t}k
            2> EXPIRE {t}k 50; MULTI; GET {t}k; EXEC; WATCH {t}k; 2> PERSIST {t}k; MULTI; EXEC
            SET n v NX EX 100; SET n w NX EX 50; TTL n; SET n w XX EX 50 GET; TTL n; TTL; PERSIST
            """
        ),
        (
            "several slots",
            """
            MGET a b; MSET a 1 b 2; DEL a b; EXISTS a b; EXISTS {a}1 {a}1; DEL {a}1 {a}2
            """
        ),
    ]

    /// Words at blanks and quotation marks; commands end at semicolons and line ends.
    private static func commands(_ text: String) -> [[String]] {
        text.split { $0 == ";" || $0 == "\n" }.map { line in
            var words: [String] = []
            var word: String?
            var isQuoted = false
            for character in line {
                if character == "'" {
                    isQuoted.toggle()
                    word = word ?? ""
                } else if character == " ", !isQuoted {
                    if let done = word { words.append(done) }
                    word = nil
                } else {
                    word = (word ?? "") + String(character)
                }
            }
            return words + (word.map { [$0] } ?? [])
        }
    }

    private static func replies(
        to commands: [[String]],
        port: Int,
        greeting: [String]
    ) throws -> [RESPValue] {
        let clients = try (0..<2).map { _ in try BlockingClient(port: port) }
        for client in clients { _ = try client.call(greeting) }
        return try commands.map { words in
            words.first == "2>"
                ? try clients[1].call(Array(words.dropFirst())) : try clients[0].call(words)
        }
    }

    @Test(
        .enabled(if: redisExecutable != nil, "there is no redis-server to compare with"),
        arguments: [2, 3]
    )
    func `replies are those of Redis`(dialect: Int) throws {
        try withRedis { redis in
            for script in Self.scripts {
                let commands = Self.commands(script.lines)
                let greeting = ["HELLO", "\(dialect)"]
                _ = try BlockingClient(port: redis).call("FLUSHALL")
                let expected = try Self.replies(to: commands, port: redis, greeting: greeting)
                let given = try withNode { port in
                    try Self.replies(to: commands, port: port, greeting: greeting)
                }
                for (index, words) in commands.enumerated() {
                    let place = "\(script.name): \(words.joined(separator: " "))"
                    #expect(given[index] == expected[index], "\(place)")
                }
            }
        }
    }
}
