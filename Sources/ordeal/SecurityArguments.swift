import ArgumentParser
import Experiments

/// How connections are secured.
struct SecurityArguments: ParsableArguments {
    @Flag(help: "Speak TLS, as rediss:// says too.")
    var tls = false

    @Option(
        help: ArgumentHelp(
            "Authorities to believe, in PEM (default: the system's).",
            valueName: "file"
        )
    )
    var tlsCa: String?

    @Option(help: ArgumentHelp("The client's own certificate, in PEM.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("The key of that certificate, in PEM.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The name that the server's certificate must be for (default: the one in the URL).",
            valueName: "name"
        )
    )
    var tlsName: String?

    @Flag(help: "Believe any server: what is sent is secret, but who gets it is not known.")
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
