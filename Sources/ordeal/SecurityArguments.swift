import ArgumentParser
import Experiments

/// How connections are secured.
struct SecurityArguments: ParsableArguments {
    @Flag(help: "Speak TLS, as rediss:// says too.")
    var tls = false

    @Option(
        name: [.long, .customLong("cacert")],
        help: ArgumentHelp(
            "Authorities to believe, in PEM (default: the system's).",
            valueName: "file"
        )
    )
    var tlsCa: String?

    @Option(
        name: [.long, .customLong("cert")],
        help: ArgumentHelp("The client's own certificate, in PEM.", valueName: "file")
    )
    var tlsCert: String?

    @Option(
        name: [.long, .customLong("key")],
        help: ArgumentHelp("The key of that certificate, in PEM.", valueName: "file")
    )
    var tlsKey: String?

    @Option(
        name: [.long, .customLong("sni")],
        help: ArgumentHelp(
            "The name that the server's certificate must be for (default: the one in the URL).",
            valueName: "name"
        )
    )
    var tlsName: String?

    @Flag(
        name: [.customLong("tls-skip-verify"), .customLong("insecure")],
        help: "Believe any server: what is sent is secret, but who gets it is not known."
    )
    var tlsSkipVerification = false

    var options: SecurityOptions {
        var options = SecurityOptions()
        options.isSecured = tls
        options.authorities = tlsCa
        options.certificate = tlsCert
        options.key = tlsKey
        options.serverName = tlsName
        options.skipsVerification = tlsSkipVerification
        return options
    }
}
