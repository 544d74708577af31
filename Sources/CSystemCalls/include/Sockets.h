#ifndef ORDEAL_SOCKETS_H
#define ORDEAL_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

/// What a poll says of one file, under the number that it was added with.
struct ordeal_readiness {
    uint32_t number;
    uint32_t flags;
};

enum {
    ORDEAL_READABLE = 1,
    ORDEAL_WRITABLE = 2,
    /// The other end is gone, or an error waits to be read.
    ORDEAL_HANG_UP = 4,
};

/// A new poll (epoll), or minus an errno.
int ordeal_poll_open(void);
/// Watches a file for `flags`; level-triggered. Returns 0 or an errno.
int ordeal_poll_add(int poll, int file, uint32_t number, uint32_t flags);
/// Changes what a file is watched for. Returns 0 or an errno.
int ordeal_poll_change(int poll, int file, uint32_t number, uint32_t flags);
/// Waits for `timeout` nanoseconds at most, or for ever where it is negative. Returns how many of
/// `ready` were filled, or minus an errno; an interrupted wait is 0.
int ordeal_poll_wait(
    int poll, struct ordeal_readiness *ready, int capacity, int64_t timeout);
/// Asks the kernel to wake this thread on time: no timer slack.
void ordeal_wake_exactly(void);

/// Begins a TCP connection to a numeric address, IPv4 or IPv6, without waiting.
///
/// Its first writability says that it stands or that it failed. Returns a socket, or minus an
/// errno.
int ordeal_socket_dial(const char *address, uint16_t port);
/// The error that waits on a socket, 0 for none.
int ordeal_socket_error(int socket);
/// Reads what is there. Returns how many bytes, 0 at the end, or minus an errno.
ptrdiff_t ordeal_socket_read(int socket, void *bytes, size_t capacity);
/// Writes what the kernel takes. Returns how many bytes, or minus an errno.
ptrdiff_t ordeal_socket_write(int socket, const void *bytes, size_t count);
/// Closes a socket; with `discards`, what the other end has not received is dropped.
void ordeal_socket_close(int socket, int discards);
/// Writes the first numeric address that a host's name stands for. Returns 0 or an error for
/// `gai_strerror`; it may wait for a resolver.
int ordeal_resolve(const char *name, char *address, size_t capacity);
/// How many files this process may have open; raises the limit to `wanted` where it can.
uint64_t ordeal_open_files(uint64_t wanted);

#endif
