#ifndef CSYSTEMCALLS_LISTENING_H
#define CSYSTEMCALLS_LISTENING_H

#include <stdint.h>

/// Listens on 127.0.0.1, on a free port where `port` is 0. Returns a socket that does not wait, or
/// minus an errno.
int ordeal_socket_listen(uint16_t port);
/// The port that a socket is bound to, or 0.
uint16_t ordeal_socket_port(int socket);
/// Takes a connection that waits. Returns a socket that does not wait, or minus an errno.
int ordeal_socket_accept(int listener);
/// Maps the number that a file begins with, and makes the file where there is none; what is written
/// there outlives this process. NULL where that cannot be.
uint64_t *ordeal_shared_number(const char *path);

#endif
