#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// libFuzzer's loop: it calls `try_bytes` again and again, and never returns when it found something.
int LLVMFuzzerRunDriver(
    int *count, char ***arguments, int (*try_bytes)(const uint8_t *bytes, size_t count));

#endif
