#ifndef SATURATE_H
#define SATURATE_H

#include <stddef.h>
#include <stdint.h>

enum operation { GET, SET, FILL };
extern const char *const operation_names[];

struct options {
    const char *host;
    uint16_t port;
    enum operation operation;
    uint32_t connections;
    uint32_t pipeline;
    uint64_t keys;
    uint32_t value_size;
    double warm_up;
    double seconds;
};

/// Reads the command line; says what is wrong and returns 0 when it makes no sense.
int parse(int argc, char **argv, struct options *options);

/// A batch of requests, whose keys alone change from one sending to the next.
struct requests {
    char *bytes;
    size_t length;
    /// Where the first key's digits are, and how far one request is from the next.
    size_t first_digits, stride;
    uint32_t count;
    enum operation operation;
    uint64_t keys;
    /// How many keys are written when every connection has written its share.
    uint64_t filled;
    uint64_t random;
};

void make_requests(struct requests *requests, const struct options *options);
/// Puts the next keys in: in order from `first` when filling, drawn otherwise. Returns the length.
size_t prepare(struct requests *requests, uint64_t first);

struct tally {
    uint64_t misses, errors;
    /// The first error, cut off where it is long.
    char error[80];
};

/// Where one connection's replies stand: a reply may end in the middle of a read.
struct scanner {
    /// What is still to come of a bulk string, its end of line included.
    uint64_t skip;
    char head[80];
    uint32_t head_length;
};

/// Counts the replies that end in `bytes`.
uint64_t scan(struct scanner *scanner, const char *bytes, size_t length, struct tally *tally);

struct connection {
    int file;
    uint32_t awaited;
    uint64_t next_key, last_key;
    struct scanner scanner;
};

struct result {
    uint64_t operations;
    double seconds, cpu;
    struct tally tally;
};

#endif
