#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <time.h>

static uint64_t nanoseconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t ordeal_boottime_nanoseconds(void) { return nanoseconds(CLOCK_BOOTTIME); }
uint64_t ordeal_realtime_nanoseconds(void) { return nanoseconds(CLOCK_REALTIME); }
uint64_t ordeal_monotonic_nanoseconds(void) { return nanoseconds(CLOCK_MONOTONIC); }
