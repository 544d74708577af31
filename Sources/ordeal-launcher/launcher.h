#ifndef ORDEAL_LAUNCHER_H
#define ORDEAL_LAUNCHER_H

/// Exit codes of the launcher's own failures; anything else is the code of the program it ran.
enum {
    LAUNCHER_USAGE = 64,
    /// The kernel, or who configured it, refuses a namespace or a mount.
    LAUNCHER_REFUSED = 125,
    LAUNCHER_CANNOT_EXECUTE = 126,
    LAUNCHER_NOT_FOUND = 127,
};

/// Runs a command so that nothing of it outlives the caller. Returns an exit code.
int enclose(int argc, char **argv);
/// Becomes one process of a cluster. Returns only when that failed.
int node(int argc, char **argv);

/// Prints `ordeal-launcher: …: <error of errno>` and returns `code`.
__attribute__((format(printf, 2, 3))) int refuse(int code, const char *format, ...);
/// Replaces this process by `argv`; returns the exit code of the failure.
int execute(char **argv);
/// Brings the loopback interface of the current network namespace up. Returns 0, or -1 with errno.
int raise_loopback(void);

#endif
