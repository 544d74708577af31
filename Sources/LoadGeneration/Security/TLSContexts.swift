internal import NIOSSL
internal import Synchronization

/// What is read from a setting's files, once a process.
enum TLSContexts {
    private static let known = Mutex<[TLSSettings: NIOSSLContext]>([:])

    static func context(for settings: TLSSettings) -> Result<NIOSSLContext, TLSProblem> {
        known.withLock { known in
            if let context = known[settings] { return .success(context) }
            do throws(TLSProblem) {
                let context = try make(settings)
                known[settings] = context
                return .success(context)
            } catch {
                return .failure(error)
            }
        }
    }

    private static func make(_ settings: TLSSettings) throws(TLSProblem) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification =
            settings.skipsVerification ? .none : .fullVerification
        if let file = settings.authoritiesFile {
            let authorities = try read(file, as: "certificates") {
                try NIOSSLCertificate.fromPEMFile(file)
            }
            guard !authorities.isEmpty else { throw TLSProblem("\(file) holds no certificates") }
            configuration.trustRoots = .certificates(authorities)
        }
        guard (settings.certificateFile == nil) == (settings.keyFile == nil) else {
            throw TLSProblem("a client's certificate and its key go together")
        }
        if let file = settings.certificateFile {
            configuration.certificateChain = try read(file, as: "certificates") {
                try NIOSSLCertificate.fromPEMFile(file)
            }.map { .certificate($0) }
        }
        if let file = settings.keyFile {
            let key = try read(file, as: "a private key") {
                try NIOSSLPrivateKey(file: file, format: .pem)
            }
            configuration.privateKey = .privateKey(key)
        }
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSProblem("the client's certificate and key do not fit: \(error)")
        }
    }

    private static func read<Contents>(
        _ file: String,
        as kind: String,
        _ body: () throws -> Contents
    ) throws(TLSProblem) -> Contents {
        do {
            return try body()
        } catch {
            throw TLSProblem("\(file) cannot be read as \(kind) in PEM")
        }
    }
}

/// Why a connection cannot be secured, as a user is told.
struct TLSProblem: Error, Hashable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
