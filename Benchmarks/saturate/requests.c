#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saturate.h"

enum { DIGITS = 12 };

void make_requests(struct requests *requests, const struct options *options) {
    char head[160];
    int is_get = options->operation == GET;
    int head_length = is_get
        ? snprintf(head, sizeof head, "*2\r\n$3\r\nGET\r\n$16\r\nkey:%0*d\r\n", DIGITS, 0)
        : snprintf(
              head, sizeof head, "*3\r\n$3\r\nSET\r\n$16\r\nkey:%0*d\r\n$%u\r\n", DIGITS, 0,
              options->value_size);
    size_t stride = (size_t)head_length + (is_get ? 0 : options->value_size + 2);
    uint32_t count = options->pipeline;
    *requests = (struct requests){
        .bytes = malloc(stride * count),
        .length = stride * count,
        .first_digits = (size_t)(strstr(head, "key:") - head) + 4,
        .stride = stride,
        .count = count,
        .operation = options->operation,
        .keys = options->keys,
        .random = 0x9e3779b97f4a7c15u,
    };
    if (requests->bytes == NULL) {
        fprintf(stderr, "saturate: no memory for %u requests\n", count);
        exit(1);
    }
    for (uint32_t i = 0; i < count; i++) {
        char *request = requests->bytes + i * stride;
        memcpy(request, head, (size_t)head_length);
        if (is_get) continue;
        memset(request + head_length, 'x', options->value_size);
        memcpy(request + stride - 2, "\r\n", 2);
    }
}

/// xorshift64*: a draw costs a nanosecond, and every run draws the same keys.
static uint64_t draw(struct requests *requests) {
    uint64_t x = requests->random;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    requests->random = x;
    return (uint64_t)(((unsigned __int128)(x * 0x2545f4914f6cdd1du) * requests->keys) >> 64);
}

size_t prepare(struct requests *requests, uint64_t first) {
    char *digits = requests->bytes + requests->first_digits;
    for (uint32_t i = 0; i < requests->count; i++, digits += requests->stride) {
        uint64_t key = requests->operation == FILL ? (first + i) % requests->keys : draw(requests);
        for (int place = DIGITS - 1; place >= 0; place--, key /= 10)
            digits[place] = (char)('0' + key % 10);
    }
    return requests->length;
}
