import Glibc

/// How many files and sockets this process may have open.
enum OpenFileLimit {
    /// Beside the clients': the log, peers, the coordinator, standard streams.
    private static let reserve: rlim_t = 128

    /// Raises the limit as far as `count` clients need and the system allows.
    static func raise(forClients count: Int) {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, rlim_t(count) + reserve)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        unsafe setrlimit(resource, &limit)
    }
}
