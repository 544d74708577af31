#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "saturate.h"

const char *const operation_names[] = {"get", "set", "fill"};

static const char usage[] =
    "usage: saturate [options]\n"
    "  -h HOST    numeric IPv4 address (127.0.0.1)\n"
    "  -p PORT    (6379)\n"
    "  -t WHAT    get, set, or fill: write every key once (get)\n"
    "  -c N       connections (50)\n"
    "  -P N       requests at once on each connection (1)\n"
    "  -r N       keys, drawn evenly (100000)\n"
    "  -d BYTES   size of a value (100)\n"
    "  -w SECONDS not counted, to begin with (0)\n"
    "  -T SECONDS counted (3)\n";

static int read_number(const char *text, double low, double high, double *value) {
    char *end = NULL;
    errno = 0;
    *value = strtod(text, &end);
    return errno == 0 && end != text && *end == '\0' && *value >= low && *value <= high;
}

static int read_operation(const char *text, enum operation *operation) {
    for (int i = GET; i <= FILL; i++) {
        if (strcmp(text, operation_names[i]) != 0) continue;
        *operation = (enum operation)i;
        return 1;
    }
    return 0;
}

static int read_option(char name, const char *text, struct options *options) {
    double value = 0;
    switch (name) {
    case 'h': options->host = text; return 1;
    case 't': return read_operation(text, &options->operation);
    case 'p':
        if (!read_number(text, 1, 65535, &value)) return 0;
        options->port = (uint16_t)value;
        return 1;
    case 'c':
        if (!read_number(text, 1, 10000, &value)) return 0;
        options->connections = (uint32_t)value;
        return 1;
    case 'P':
        if (!read_number(text, 1, 1000, &value)) return 0;
        options->pipeline = (uint32_t)value;
        return 1;
    case 'r':
        if (!read_number(text, 1, 1e9, &value)) return 0;
        options->keys = (uint64_t)value;
        return 1;
    case 'd':
        if (!read_number(text, 1, 1e6, &value)) return 0;
        options->value_size = (uint32_t)value;
        return 1;
    case 'w': return read_number(text, 0, 3600, &options->warm_up);
    case 'T': return read_number(text, 0.1, 3600, &options->seconds);
    default: return 0;
    }
}

int parse(int argc, char **argv, struct options *options) {
    *options = (struct options){
        .host = "127.0.0.1",
        .port = 6379,
        .operation = GET,
        .connections = 50,
        .pipeline = 1,
        .keys = 100000,
        .value_size = 100,
        .seconds = 3,
    };
    for (int i = 1; i < argc; i += 2) {
        const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;
        if (name[0] == '-' && name[1] != '\0' && name[2] == '\0' && value != NULL
            && read_option(name[1], value, options))
            continue;
        fprintf(stderr, "saturate: %s %s makes no sense\n%s", name, value ? value : "", usage);
        return 0;
    }
    return 1;
}
