// The floor under every load generator: one thread, N connections, P requests at once on each, no
// recording. What a server can do at most is what this gets out of it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "saturate.h"

enum { EXIT_USAGE = 64, EXIT_SERVER = 1 };

static void fail(const char *what) {
    fprintf(stderr, "saturate: %s: %s\n", what, strerror(errno));
    exit(EXIT_SERVER);
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static int dial(const struct options *options) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options->port)};
    if (inet_pton(AF_INET, options->host, &address.sin_addr) != 1) {
        errno = EINVAL;
        fail(options->host);
    }
    int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file < 0) fail("socket");
    if (connect(file, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    int on = 1;
    setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return file;
}

static void send_batch(struct connection *connection, struct requests *requests) {
    size_t length = prepare(requests, connection->next_key);
    connection->next_key += requests->count;
    connection->awaited = requests->count;
    // The buffer of a socket is far larger than a batch, and the last one has been answered: a
    // blocking write does not block.
    for (size_t sent = 0; sent < length;) {
        ssize_t count = write(connection->file, requests->bytes + sent, length - sent);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) fail("write");
        sent += (size_t)count;
    }
}

/// Reads what has arrived; returns how many requests it answered.
static uint64_t receive(struct connection *connection, struct tally *tally) {
    static char bytes[256 * 1024];
    ssize_t count = read(connection->file, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) return 0;
    if (count < 0) fail("read");
    if (count == 0) {
        fprintf(stderr, "saturate: the server closed a connection\n");
        exit(EXIT_SERVER);
    }
    uint64_t answered = scan(&connection->scanner, bytes, (size_t)count, tally);
    if (answered > connection->awaited) {
        fprintf(stderr, "saturate: more replies than requests\n");
        exit(EXIT_SERVER);
    }
    connection->awaited -= (uint32_t)answered;
    return answered;
}

/// Keeps every connection busy until the time is up or, when filling, every key was written.
static struct result drive(
    const struct options *options, struct connection *connections, struct requests *requests) {
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (poll < 0) fail("epoll_create1");
    for (uint32_t i = 0; i < options->connections; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].file, &event) != 0) fail("epoll_ctl");
        send_batch(&connections[i], requests);
    }
    struct result result = {0};
    double warm = seconds_now() + options->warm_up, end = warm + options->seconds;
    double start = seconds_now(), cpu = cpu_seconds();
    int is_warm = options->warm_up <= 0;
    struct epoll_event events[256];
    for (;;) {
        int ready = epoll_wait(poll, events, 256, 1000);
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        double now = seconds_now();
        if (ready == 0 && now >= end + 10) {
            fprintf(stderr, "saturate: the server stopped answering\n");
            exit(EXIT_SERVER);
        }
        if (!is_warm && now >= warm) {
            is_warm = 1;
            start = now;
            cpu = cpu_seconds();
            result = (struct result){0};
        }
        for (int i = 0; i < ready; i++) {
            struct connection *connection = &connections[events[i].data.u32];
            result.operations += receive(connection, &result.tally);
            if (connection->awaited == 0 && connection->next_key < connection->last_key)
                send_batch(connection, requests);
        }
        int is_done = options->operation == FILL ? result.operations >= requests->filled
                                                 : now >= end;
        if (is_done) break;
    }
    result.seconds = seconds_now() - start;
    result.cpu = cpu_seconds() - cpu;
    close(poll);
    return result;
}

int main(int argc, char **argv) {
    struct options options;
    if (!parse(argc, argv, &options)) return EXIT_USAGE;
    struct requests requests;
    make_requests(&requests, &options);
    struct connection *connections = calloc(options.connections, sizeof *connections);
    if (connections == NULL) fail("calloc");
    uint64_t batches = (options.keys / requests.count + options.connections)
        / options.connections;
    requests.filled = batches * requests.count * options.connections;
    for (uint32_t i = 0; i < options.connections; i++) {
        connections[i].file = dial(&options);
        connections[i].last_key = UINT64_MAX;
        if (options.operation != FILL) continue;
        connections[i].next_key = i * batches * requests.count;
        connections[i].last_key = connections[i].next_key + batches * requests.count;
    }
    struct result result = drive(&options, connections, &requests);
    printf(
        "{\"operation\":\"%s\",\"connections\":%u,\"pipeline\":%u,\"operations\":%llu,"
        "\"seconds\":%.6f,\"cpuSeconds\":%.6f,\"misses\":%llu,\"errors\":%llu}\n",
        operation_names[options.operation], options.connections, options.pipeline,
        (unsigned long long)result.operations, result.seconds, result.cpu,
        (unsigned long long)result.tally.misses, (unsigned long long)result.tally.errors);
    if (result.tally.errors > 0)
        fprintf(stderr, "saturate: the server answered with errors: %s\n", result.tally.error);
    return result.tally.errors > 0 ? EXIT_SERVER : 0;
}
