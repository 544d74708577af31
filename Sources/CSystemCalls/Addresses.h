#ifndef CSYSTEMCALLS_ADDRESSES_H
#define CSYSTEMCALLS_ADDRESSES_H

#include <stdint.h>
#include <sys/socket.h>

/// Writes a numeric address, IPv4 or IPv6. Returns its length, or 0 where the text is none.
socklen_t ordeal_numeric_address(const char *text, uint16_t port, struct sockaddr_storage *address);

#endif
