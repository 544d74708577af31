#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct settings {
    const char *network;
    char *tmpfs;
    long parent;
    long files;
    long core;
};

static int number(const char *text, long *value) {
    char *end = NULL;
    errno = 0;
    *value = strtol(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && *value >= 0;
}

/// Reads the options up to `--`; returns the index of the command, or 0 when they make no sense.
static int parse(int argc, char **argv, struct settings *settings) {
    for (int i = 0; i < argc; i += 2) {
        if (strcmp(argv[i], "--") == 0) return i + 1 < argc ? i + 1 : 0;
        if (i + 1 >= argc) return 0;
        const char *value = argv[i + 1];
        if (strcmp(argv[i], "--network") == 0) settings->network = value;
        else if (strcmp(argv[i], "--tmpfs") == 0) settings->tmpfs = argv[i + 1];
        else if (strcmp(argv[i], "--parent") == 0 && number(value, &settings->parent)) continue;
        else if (strcmp(argv[i], "--files") == 0 && number(value, &settings->files)) continue;
        else if (strcmp(argv[i], "--core") == 0 && number(value, &settings->core)) continue;
        else return 0;
    }
    return 0;
}

static int limit(int resource, long value) {
    struct rlimit limits;
    if (getrlimit(resource, &limits) != 0) return -1;
    struct rlimit wanted = {.rlim_cur = (rlim_t)value, .rlim_max = limits.rlim_max};
    if (limits.rlim_max == RLIM_INFINITY || wanted.rlim_cur <= limits.rlim_max)
        return setrlimit(resource, &wanted);
    wanted.rlim_max = wanted.rlim_cur;
    if (setrlimit(resource, &wanted) == 0) return 0;
    // Only the machine's own root raises a hard limit; anybody else takes what there is.
    limits.rlim_cur = limits.rlim_max;
    return setrlimit(resource, &limits);
}

static int mount_tmpfs(char *description) {
    char *separator = strrchr(description, ':');
    if (separator == NULL) {
        errno = EINVAL;
        return -1;
    }
    *separator = '\0';
    char options[64];
    snprintf(options, sizeof options, "mode=0755,size=%s", separator + 1);
    if (unshare(CLONE_NEWNS) != 0) return -1;
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -1;
    return mount("tmpfs", description, "tmpfs", MS_NOSUID | MS_NODEV, options);
}

/// Signals that were blocked or ignored stay so through exec, and a store must not inherit them.
static void restore_signals(void) {
    for (int signal_number = 1; signal_number < NSIG; signal_number++) {
        signal(signal_number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

int node(int argc, char **argv) {
    struct settings settings = {.parent = 0, .files = -1, .core = -1};
    int command = parse(argc, argv, &settings);
    if (command == 0) return refuse(LAUNCHER_USAGE, "node: bad options, see --help");
    restore_signals();
    if (setsid() < 0) return refuse(LAUNCHER_REFUSED, "cannot start a session");
    if (settings.network != NULL) {
        int namespace = open(settings.network, O_RDONLY | O_CLOEXEC);
        if (namespace < 0) return refuse(LAUNCHER_REFUSED, "network %s", settings.network);
        if (setns(namespace, CLONE_NEWNET) != 0)
            return refuse(LAUNCHER_REFUSED, "cannot enter network %s", settings.network);
        close(namespace);
    }
    if (settings.tmpfs != NULL && mount_tmpfs(settings.tmpfs) != 0)
        return refuse(LAUNCHER_REFUSED, "cannot mount a tmpfs on %s", settings.tmpfs);
    if (settings.files >= 0 && limit(RLIMIT_NOFILE, settings.files) != 0)
        return refuse(LAUNCHER_REFUSED, "cannot limit open files to %ld", settings.files);
    if (settings.core >= 0 && limit(RLIMIT_CORE, settings.core) != 0)
        return refuse(LAUNCHER_REFUSED, "cannot limit core files to %ld", settings.core);
    if (settings.parent > 0) {
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
            return refuse(LAUNCHER_REFUSED, "cannot follow the parent");
        // The parent may have ended before the line above: then nobody will ever say so again.
        errno = 0;
        if (getppid() != settings.parent)
            return refuse(LAUNCHER_REFUSED, "the parent %ld is gone", settings.parent);
    }
    return execute(argv + command);
}
