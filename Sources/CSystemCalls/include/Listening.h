#ifndef CSYSTEMCALLS_LISTENING_H
#define CSYSTEMCALLS_LISTENING_H

#include <stdint.h>

/// Listens on a numeric address, IPv4 or IPv6, on a free port where `port` is 0; as many as `backlog`
/// may wait to be accepted. Returns a socket that does not wait, or minus an errno.
int ordeal_socket_listen(const char *address, uint16_t port, int backlog);
/// Whether a text is a numeric address, IPv4 or IPv6: 1 or 0.
int ordeal_is_address(const char *text);
/// The port that a socket is bound to, or 0.
uint16_t ordeal_socket_port(int socket);
/// Takes a connection that waits, and lets the kernel see now and then whether its other end is still
/// there. Returns a socket that does not wait, or minus an errno.
int ordeal_socket_accept(int listener);
/// Maps the number that a file begins with, and makes the file where there is none; what is written
/// there outlives this process. NULL where that cannot be.
uint64_t *ordeal_shared_number(const char *path);

#endif
