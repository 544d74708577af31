#ifndef CPROCESSOR_H
#define CPROCESSOR_H

#include <stddef.h>
#include <stdint.h>

/// Whether this processor has an instruction for CRC-32C: SSE 4.2, or the CRC extension of Armv8.
int ordeal_has_crc32c(void);
/// Continues an inverted CRC-32C over bytes; only where the processor has the instruction.
uint32_t ordeal_crc32c(uint32_t crc, const void *bytes, size_t count);

/// Fetches the memory at an address into the cache, since it will soon be written; it may be any.
static inline void ordeal_prefetch(const void *address) { __builtin_prefetch(address, 1); }

#endif
