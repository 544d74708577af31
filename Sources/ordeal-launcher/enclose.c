#define _GNU_SOURCE
#include "launcher.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Three processes, each of which takes the others with it:
//
//     outer   what the user started, and what a terminal's Ctrl-C reaches
//     keeper  pid 1 of the process namespace; with --guard a child subreaper instead
//     command `ordeal run`, and everything it starts
//
// The outer's death reaches the keeper as the end of the lifeline pipe and, where its death ends
// the process namespace, as a death signal too; a subreaper must live on to end the others first.
// The keeper's death ends the command. The command's death ends the keeper.
// Keeper and command have a session of their own, so a terminal's signal reaches the outer alone
// and is handed on exactly once, and a background terminal never stops the command.

enum {
    /// A supervisor may signal the process and then its group; a person's second Ctrl-C is slower.
    SAME_SIGNAL_MILLISECONDS = 50,
    /// The command answers the first two interruptions; the third ends what did not.
    INTERRUPTIONS_BEFORE_KILL = 3,
};

static const int forwarded[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { FORWARDED_COUNT = sizeof forwarded / sizeof forwarded[0] };

static int write_text(const char *path, const char *text) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0) return -1;
    ssize_t length = (ssize_t)strlen(text);
    int result = write(file, text, (size_t)length) == length ? 0 : -1;
    int error = errno;
    close(file);
    errno = error;
    return result;
}

/// Maps the caller to root inside, so that what root writes inside is the caller's outside.
static int map_caller_to_root(uid_t user, gid_t group) {
    char line[64];
    if (write_text("/proc/self/setgroups", "deny") != 0 && errno != ENOENT) return -1;
    snprintf(line, sizeof line, "0 %u 1", user);
    if (write_text("/proc/self/uid_map", line) != 0) return -1;
    snprintf(line, sizeof line, "0 %u 1", group);
    return write_text("/proc/self/gid_map", line);
}

/// Unshares network, mount and process namespaces, and the user's where that is needed for them.
static int unshare_all(void) {
    const int flags = CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWPID;
    uid_t user = geteuid();
    gid_t group = getegid();
    // Root keeps its own user namespace, where it has one with the right to do this.
    if (user == 0 && unshare(flags) == 0) return 0;
    if (unshare(flags | CLONE_NEWUSER) != 0) return -1;
    return map_caller_to_root(user, group);
}

/// The enclosure's own view of files: nothing mounted here is seen outside.
static int prepare_mounts(void) {
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return refuse(-1, "cannot make mounts private");
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) != 0)
        return refuse(-1, "cannot mount /proc");
    if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") != 0)
        return refuse(-1, "cannot mount a tmpfs on /run");
    if (raise_loopback() != 0) return refuse(-1, "cannot raise the loopback interface");
    return 0;
}

/// Kills every child of this process; returns how many it found.
static int kill_children(void) {
    DIR *processes = opendir("/proc");
    if (processes == NULL) return 0;
    int found = 0;
    struct dirent *entry;
    while ((entry = readdir(processes)) != NULL) {
        if (!isdigit((unsigned char)entry->d_name[0])) continue;
        char path[300], text[512];
        snprintf(path, sizeof path, "/proc/%s/stat", entry->d_name);
        int file = open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0) continue;
        ssize_t length = read(file, text, sizeof text - 1);
        close(file);
        if (length <= 0) continue;
        text[length] = '\0';
        // The name is in parentheses and may hold some itself; the state and the parent follow.
        const char *after_name = strrchr(text, ')');
        int parent = 0;
        if (after_name == NULL || sscanf(after_name, ") %*c %d", &parent) != 1) continue;
        if (parent != getpid()) continue;
        kill(atoi(entry->d_name), SIGKILL);
        found++;
    }
    closedir(processes);
    return found;
}

/// Ends every descendant: an orphan of a killed child becomes ours, and the next round finds it.
static void sweep(void) {
    for (;;) {
        kill_children();
        pid_t gone = waitpid(-1, NULL, 0);
        if (gone < 0 && errno == ECHILD) return;
        while (gone > 0) gone = waitpid(-1, NULL, WNOHANG);
    }
}

static int exit_code(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Reaps what ended; returns the command's exit code, or -1 while it runs.
static int reap(pid_t command) {
    int status = 0, code = -1;
    pid_t gone;
    while ((gone = waitpid(-1, &status, WNOHANG)) > 0) {
        if (gone == command) code = exit_code(status);
    }
    return code;
}

static int keep(pid_t command, int signals, int lifeline) {
    struct pollfd events[] = {
        {.fd = signals, .events = POLLIN},
        {.fd = lifeline, .events = 0},  // reports only that the outer is gone
    };
    int interruptions = 0;
    for (;;) {
        if (poll(events, 2, -1) < 0 && errno != EINTR) return LAUNCHER_REFUSED;
        if (events[1].revents != 0) return 128 + SIGKILL;
        if (events[0].revents == 0) continue;
        struct signalfd_siginfo received;
        if (read(signals, &received, sizeof received) != sizeof received) continue;
        if (received.ssi_signo == SIGCHLD) {
            int code = reap(command);
            if (code >= 0) return code;
            continue;
        }
        interruptions += received.ssi_signo == SIGINT;
        kill(command, interruptions >= INTERRUPTIONS_BEFORE_KILL ? SIGKILL
                                                                 : (int)received.ssi_signo);
    }
}

static void run_keeper(int guard, int lifeline, const sigset_t *original, char **command) {
    // Credentials do not change after this, which would clear the death signal. If the outer is
    // gone already, the lifeline says so as soon as `keep` looks.
    if (!guard) prctl(PR_SET_PDEATHSIG, SIGKILL);
    setsid();
    if (guard) prctl(PR_SET_CHILD_SUBREAPER, 1);
    else if (prepare_mounts() != 0) _exit(LAUNCHER_REFUSED);
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    for (int i = 0; i < FORWARDED_COUNT; i++) sigaddset(&watched, forwarded[i]);
    int signals = signalfd(-1, &watched, SFD_CLOEXEC);
    if (signals < 0) _exit(refuse(LAUNCHER_REFUSED, "cannot watch signals"));
    pid_t keeper = getpid();
    pid_t child = fork();
    if (child < 0) _exit(refuse(LAUNCHER_REFUSED, "cannot fork"));
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != keeper) _exit(LAUNCHER_REFUSED);
        setenv("ORDEAL_ENCLOSURE", guard ? "guard" : "namespaces", 1);
        sigprocmask(SIG_SETMASK, original, NULL);
        errno = 0;
        _exit(execute(command));
    }
    int code = keep(child, signals, lifeline);
    if (guard) sweep();
    _exit(code);
}

static int64_t milliseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Waits for the keeper, handing each signal on once.
static int wait_for_keeper(pid_t keeper, const sigset_t *watched) {
    int64_t last[NSIG] = {0};
    for (;;) {
        siginfo_t received;
        if (sigwaitinfo(watched, &received) < 0) continue;
        int number = received.si_signo;
        if (number == SIGCHLD) {
            int status = 0;
            if (waitpid(keeper, &status, WNOHANG) == keeper) return exit_code(status);
            continue;
        }
        int64_t now = milliseconds_now();
        if (last[number] == 0 || now - last[number] > SAME_SIGNAL_MILLISECONDS)
            kill(keeper, number);
        last[number] = now;
    }
}

int enclose(int argc, char **argv) {
    int guard = argc > 0 && strcmp(argv[0], "--guard") == 0;
    int separator = guard ? 1 : 0;
    if (argc < separator + 2 || strcmp(argv[separator], "--") != 0)
        return refuse(LAUNCHER_USAGE, "enclose: a command after -- is needed, see --help");
    int lifeline[2];
    if (pipe2(lifeline, O_CLOEXEC) != 0) return refuse(LAUNCHER_REFUSED, "cannot make a pipe");
    sigset_t watched, original;
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    for (int i = 0; i < FORWARDED_COUNT; i++) sigaddset(&watched, forwarded[i]);
    // An ignored SIGCHLD would be inherited, and would reap the children behind our back.
    signal(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_BLOCK, &watched, &original);
    if (!guard && unshare_all() != 0)
        return refuse(LAUNCHER_REFUSED, "namespaces are refused");
    if (guard) prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t keeper = fork();
    if (keeper < 0) return refuse(LAUNCHER_REFUSED, "cannot fork");
    if (keeper == 0) {
        close(lifeline[1]);
        run_keeper(guard, lifeline[0], &original, argv + separator + 1);
    }
    close(lifeline[0]);
    int code = wait_for_keeper(keeper, &watched);
    // Nothing is left to end, unless it was the keeper that somebody killed.
    if (guard) sweep();
    return code;
}
