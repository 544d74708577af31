#define _GNU_SOURCE
#include "Sockets.h"
#include "Addresses.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// Reads, writes and waits go to the kernel directly: the library's functions are points of
// cancellation, which costs two atomic operations a call, and nothing here is ever cancelled.

enum { MOST_AT_ONCE = 256 };

static uint32_t events_of(uint32_t flags) {
    uint32_t events = 0;
    if (flags & ORDEAL_READABLE) events |= EPOLLIN;
    if (flags & ORDEAL_WRITABLE) events |= EPOLLOUT;
    return events;
}

int ordeal_poll_open(void) {
    int poll = epoll_create1(EPOLL_CLOEXEC);
    return poll < 0 ? -errno : poll;
}

int ordeal_poll_add(int poll, int file, uint32_t number, uint32_t flags) {
    struct epoll_event event = {.events = events_of(flags), .data.u32 = number};
    return epoll_ctl(poll, EPOLL_CTL_ADD, file, &event) == 0 ? 0 : errno;
}

int ordeal_poll_change(int poll, int file, uint32_t number, uint32_t flags) {
    struct epoll_event event = {.events = events_of(flags), .data.u32 = number};
    return epoll_ctl(poll, EPOLL_CTL_MOD, file, &event) == 0 ? 0 : errno;
}

/// Kernels before 5.11 know milliseconds only; they wake late rather than early.
static int wait_for_milliseconds(
    int poll, struct epoll_event *events, int capacity, int64_t timeout) {
    int milliseconds = timeout < 0 ? -1
        : timeout > 3600000000000  ? 3600000
                                   : (int)((timeout + 999999) / 1000000);
    return epoll_wait(poll, events, capacity, milliseconds);
}

int ordeal_poll_wait(
    int poll, struct ordeal_readiness *ready, int capacity, int64_t timeout) {
    struct epoll_event events[MOST_AT_ONCE];
    if (capacity > MOST_AT_ONCE) capacity = MOST_AT_ONCE;
    struct timespec limit = {
        .tv_sec = (time_t)(timeout / 1000000000),
        .tv_nsec = (long)(timeout % 1000000000),
    };
    int count = timeout == 0
        ? (int)syscall(SYS_epoll_pwait, poll, events, capacity, 0, NULL, 0)
        : (int)syscall(
              SYS_epoll_pwait2, poll, events, capacity, timeout < 0 ? NULL : &limit, NULL, 0);
    // Filters of system calls that do not know it say EPERM.
    if (count < 0 && (errno == ENOSYS || errno == EPERM))
        count = wait_for_milliseconds(poll, events, capacity, timeout);
    if (count < 0) return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        uint32_t flags = 0;
        if (events[i].events & EPOLLIN) flags |= ORDEAL_READABLE;
        if (events[i].events & EPOLLOUT) flags |= ORDEAL_WRITABLE;
        if (events[i].events & (EPOLLERR | EPOLLHUP)) flags |= ORDEAL_HANG_UP;
        ready[i].number = events[i].data.u32;
        ready[i].flags = flags;
    }
    return count;
}

void ordeal_wake_exactly(void) { prctl(PR_SET_TIMERSLACK, 1); }

int ordeal_socket_dial(const char *text, uint16_t port) {
    struct sockaddr_storage address;
    socklen_t length = ordeal_numeric_address(text, port, &address);
    if (length == 0) return -EINVAL;
    int file = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (file < 0) return -errno;
    int on = 1;
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(file, (struct sockaddr *)&address, length) != 0 && errno != EINPROGRESS) {
        int error = errno;
        close(file);
        return -error;
    }
    return file;
}

int ordeal_socket_error(int socket) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

ptrdiff_t ordeal_socket_read(int socket, void *bytes, size_t capacity) {
    for (;;) {
        ssize_t count =
            syscall(SYS_recvfrom, socket, bytes, capacity, MSG_DONTWAIT, NULL, NULL);
        if (count >= 0) return count;
        if (errno != EINTR) return -errno;
    }
}

ptrdiff_t ordeal_socket_write(int socket, const void *bytes, size_t count) {
    for (;;) {
        ssize_t written =
            syscall(SYS_sendto, socket, bytes, count, MSG_DONTWAIT | MSG_NOSIGNAL, NULL, 0);
        if (written >= 0) return written;
        if (errno != EINTR) return -errno;
    }
}

void ordeal_socket_close(int socket, int discards) {
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (discards) setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(socket);
}

int ordeal_resolve(const char *name, char *address, size_t capacity) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int problem = getaddrinfo(name, NULL, &hints, &found);
    if (problem != 0) return problem;
    problem = getnameinfo(
        found->ai_addr, found->ai_addrlen, address, (socklen_t)capacity, NULL, 0, NI_NUMERICHOST);
    freeaddrinfo(found);
    return problem;
}

uint64_t ordeal_open_files(uint64_t wanted) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    if (limit.rlim_cur >= wanted) return limit.rlim_cur;
    struct rlimit raised = {
        .rlim_cur = wanted,
        .rlim_max = limit.rlim_max > wanted ? limit.rlim_max : wanted,
    };
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) return wanted;
    raised = (struct rlimit){.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    if (limit.rlim_max > limit.rlim_cur && setrlimit(RLIMIT_NOFILE, &raised) == 0)
        return limit.rlim_max;
    return limit.rlim_cur;
}
