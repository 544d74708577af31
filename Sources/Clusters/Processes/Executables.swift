import Glibc

/// Where programs are.
public enum Executables {
    /// Where administration tools live on systems that keep them off a user's path.
    private static let administration = ["/usr/local/sbin", "/usr/sbin", "/sbin"]

    /// A program of this project, which stands beside the running one.
    public static func own(_ name: String) throws(ClusterError) -> String {
        let path = directory(of: current) + "/" + name
        guard isExecutable(path) else {
            throw .missing(program: path, fix: "build it: swift build --product \(name)")
        }
        return path
    }

    /// The running program's path.
    static var current: String { linkTarget("/proc/self/exe") }

    /// A tool of the system, on the path or where administrators keep theirs.
    public static func tool(_ name: String, package: String) throws(ClusterError) -> String {
        let path = environment("PATH") ?? "/usr/bin:/bin"
        let directories = path.split(separator: ":").map(String.init) + administration
        for directory in directories {
            let candidate = directory + "/" + name
            if isExecutable(candidate) { return candidate }
        }
        throw .missing(program: name, fix: "apt-get install \(package)")
    }

    /// The etcd that coordinators keep their map in.
    public static var etcd: String {
        get throws(ClusterError) { try tool("etcd", package: "etcd-server") }
    }

    static func isExecutable(_ path: String) -> Bool {
        unsafe access(path, X_OK) == 0
    }

    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    private static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return String(path[..<slash])
    }

    private static func linkTarget(_ path: String) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe readlink(path, &buffer, buffer.count - 1)
        guard length > 0 else { return "" }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// What the kernel calls an error.
func errorText(_ number: Int32) -> String {
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
}
