#define _GNU_SOURCE
#include "Listening.h"
#include "Addresses.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

int ordeal_socket_listen(const char *text, uint16_t port, int backlog) {
    struct sockaddr_storage own;
    socklen_t length = ordeal_numeric_address(text, port, &own);
    if (length == 0) return -EINVAL;
    int listener = socket(own.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (listener < 0) return -errno;
    int on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&own, length) != 0 || listen(listener, backlog) != 0) {
        int error = errno;
        close(listener);
        return -error;
    }
    return listener;
}

uint16_t ordeal_socket_port(int socket) {
    struct sockaddr_storage own = {0};
    socklen_t size = sizeof own;
    if (getsockname(socket, (struct sockaddr *)&own, &size) != 0) return 0;
    return ntohs(own.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&own)->sin6_port
                                           : ((struct sockaddr_in *)&own)->sin_port);
}

int ordeal_is_address(const char *text) {
    struct sockaddr_storage address;
    return ordeal_numeric_address(text, 0, &address) != 0;
}

int ordeal_socket_accept(int listener) {
    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (connection < 0) return -errno;
    int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(connection, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    return connection;
}

uint64_t *ordeal_shared_number(const char *path) {
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0) return NULL;
    void *number = MAP_FAILED;
    if (ftruncate(file, sizeof(uint64_t)) == 0)
        number = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return number == MAP_FAILED ? NULL : number;
}
