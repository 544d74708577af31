#include <stdlib.h>
#include <string.h>

#include "saturate.h"

/// A reply's first line is complete: returns 1 when the reply is, too.
static int take_head(struct scanner *scanner, struct tally *tally) {
    scanner->head[scanner->head_length] = '\0';
    scanner->head_length = 0;
    if (scanner->head[0] == '$') {
        long size = strtol(scanner->head + 1, NULL, 10);
        if (size < 0) {
            tally->misses += 1;
            return 1;
        }
        scanner->skip = (uint64_t)size + 2;
        return 0;
    }
    if (scanner->head[0] != '+' && scanner->head[0] != ':') {
        if (tally->errors == 0) {
            memcpy(tally->error, scanner->head, sizeof tally->error);
            tally->error[strcspn(tally->error, "\r\n")] = '\0';
        }
        tally->errors += 1;
    }
    return 1;
}

uint64_t scan(struct scanner *scanner, const char *bytes, size_t length, struct tally *tally) {
    uint64_t answered = 0;
    for (size_t i = 0; i < length;) {
        if (scanner->skip > 0) {
            size_t step = length - i < scanner->skip ? length - i : scanner->skip;
            scanner->skip -= step;
            i += step;
            if (scanner->skip == 0) answered += 1;
            continue;
        }
        char byte = bytes[i++];
        // A longer line is an error's text, of which the beginning is enough.
        if (scanner->head_length < sizeof scanner->head - 1)
            scanner->head[scanner->head_length++] = byte;
        if (byte == '\n') answered += (uint64_t)take_head(scanner, tally);
    }
    return answered;
}
