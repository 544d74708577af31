// The smallest server and client, for tests of what surrounds a store.
//
//     stand-in serve ADDRESS PORT              answers +PONG to whatever arrives
//     stand-in ask ADDRESS PORT MILLISECONDS   one question on a new connection
//     stand-in nag ADDRESS PORT                a question on a new connection, again and again
//     stand-in hold ADDRESS PORT MILLISECONDS  one question, then waits for the connection's end
//
// A client prints one word: answered, refused, closed or silence; `hold` prints `connected` first.

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { MOST_CONNECTIONS = 64 };

static int say(const char *word) {
    printf("%s\n", word);
    fflush(stdout);
    return 0;
}

static struct sockaddr_in address_of(char **argv) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[3]))};
    inet_pton(AF_INET, argv[2], &address.sin_addr);
    return address;
}

static int serve(char **argv) {
    struct sockaddr_in address = address_of(argv);
    struct pollfd sockets[1 + MOST_CONNECTIONS];
    nfds_t count = 1;
    int on = 1;
    sockets[0] = (struct pollfd){.fd = socket(AF_INET, SOCK_STREAM, 0), .events = POLLIN};
    setsockopt(sockets[0].fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(sockets[0].fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(sockets[0].fd, 16) != 0) {
        perror("stand-in");
        return 1;
    }
    say("ready");
    for (;;) {
        poll(sockets, count, -1);
        if (sockets[0].revents != 0 && count <= MOST_CONNECTIONS)
            sockets[count++] =
                (struct pollfd){.fd = accept(sockets[0].fd, NULL, NULL), .events = POLLIN};
        for (nfds_t i = 1; i < count; i++) {
            char text[4096];
            if (sockets[i].revents == 0) continue;
            if (read(sockets[i].fd, text, sizeof text) > 0 &&
                write(sockets[i].fd, "+PONG\r\n", 7) == 7)
                continue;
            close(sockets[i].fd);
            sockets[i--] = sockets[--count];
        }
    }
}

static int converse(int connection, char **argv, int hold) {
    struct sockaddr_in address = address_of(argv);
    int milliseconds = atoi(argv[4]);
    struct timeval limit = {milliseconds / 1000, milliseconds % 1000 * 1000};
    char text[64];
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0)
        return say(errno == EINPROGRESS || errno == EAGAIN ? "silence" : "refused");
    for (int round = 0;; round++) {
        if (round == 0 && write(connection, "PING\r\n", 6) != 6) return say("closed");
        ssize_t length = read(connection, text, sizeof text);
        if (length <= 0) return say(length < 0 && errno == EAGAIN ? "silence" : "closed");
        if (!hold) return say("answered");
        say("connected");
    }
}

static int ask(char **argv, int hold) {
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    int result = converse(connection, argv, hold);
    close(connection);
    return result;
}

static int nag(char **argv) {
    char *arguments[] = {argv[0], argv[1], argv[2], argv[3], "50"};
    for (;;) {
        ask(arguments, 0);
        usleep(10000);
    }
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    if (argc == 4 && strcmp(argv[1], "serve") == 0) return serve(argv);
    if (argc == 4 && strcmp(argv[1], "nag") == 0) return nag(argv);
    if (argc == 5 && strcmp(argv[1], "ask") == 0) return ask(argv, 0);
    if (argc == 5 && strcmp(argv[1], "hold") == 0) return ask(argv, 1);
    fprintf(stderr, "stand-in: bad arguments\n");
    return 64;
}
