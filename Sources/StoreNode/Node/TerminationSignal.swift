import Glibc

/// SIGTERM and SIGINT as something a thread waits for, instead of something that interrupts one.
struct TerminationSignal {
    private let signals: sigset_t

    /// Takes the signals away from every thread that is started from now on.
    init() {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGTERM)
        unsafe sigaddset(&signals, SIGINT)
        unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
        // A peer that went away is an error of one write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        self.signals = signals
    }

    /// Sleeps until one of the signals arrives.
    func wait() {
        var signals = signals
        var received: Int32 = 0
        while unsafe sigwait(&signals, &received) != 0 {}
    }
}
