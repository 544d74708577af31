#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

int ordeal_spawn(
    pid_t *process, const char *path, char *const arguments[], int input, int output, int error) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, every;
    sigemptyset(&none);
    sigfillset(&every);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    int result = posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    if (result == 0) result = posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    if (result == 0) result = posix_spawn_file_actions_adddup2(&files, error, STDERR_FILENO);
    if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    if (result == 0) result = posix_spawnattr_setsigmask(&attributes, &none);
    if (result == 0) result = posix_spawnattr_setsigdefault(&attributes, &every);
    if (result == 0)
        result = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (result == 0) result = posix_spawn(process, path, &files, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return result;
}

int ordeal_execute(const char *path, char *const arguments[]) {
    execv(path, arguments);
    return errno;
}

int ordeal_await_end(pid_t process) {
    siginfo_t ended;
    while (waitid(P_PID, (id_t)process, &ended, WEXITED | WNOWAIT) != 0) {
        if (errno != EINTR) return errno;
    }
    return 0;
}

int ordeal_reap(pid_t process) {
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int ordeal_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }

void ordeal_sleep_until(uint64_t nanoseconds) {
    struct timespec moment = {
        .tv_sec = (time_t)(nanoseconds / 1000000000u),
        .tv_nsec = (long)(nanoseconds % 1000000000u),
    };
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, NULL) == EINTR) continue;
}

int ordeal_become_punctual(void) {
    struct sched_param first = {.sched_priority = 1};
    prctl(PR_SET_TIMERSLACK, 1);
    // Without the reset, processes that this thread starts would run before everybody else too.
    return sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first) == 0;
}

int ordeal_connect(const char *address, uint16_t port, int timeout_milliseconds) {
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons(port)};
    if (inet_pton(AF_INET, address, &peer.sin_addr) != 1) return -EINVAL;
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0) return -errno;
    struct timeval limit = {
        .tv_sec = timeout_milliseconds / 1000,
        .tv_usec = (timeout_milliseconds % 1000) * 1000,
    };
    int on = 1;
    // The send limit bounds connect as well.
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(connection, (struct sockaddr *)&peer, sizeof peer) != 0) {
        int error = errno;
        close(connection);
        return -error;
    }
    return connection;
}

uint16_t ordeal_free_port(void) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0) return 0;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof any;
    int failed = bind(listener, (struct sockaddr *)&any, sizeof any) != 0 ||
                 getsockname(listener, (struct sockaddr *)&any, &length) != 0;
    close(listener);
    return failed ? 0 : ntohs(any.sin_port);
}
