#ifndef CSYSTEMCALLS_H
#define CSYSTEMCALLS_H

#include <stdint.h>

#include "Files.h"
#include "Listening.h"
#include "PacketFilter.h"
#include "Processes.h"
#include "Sockets.h"
#include "Threads.h"

/// Nanoseconds of CLOCK_BOOTTIME: monotonic, and it goes on through a suspend.
uint64_t ordeal_boottime_nanoseconds(void);
/// Nanoseconds of CLOCK_REALTIME, since the Unix epoch: what people set may make it jump.
uint64_t ordeal_realtime_nanoseconds(void);
/// Nanoseconds of CLOCK_MONOTONIC: the same for every process of this machine.
uint64_t ordeal_monotonic_nanoseconds(void);

#endif
