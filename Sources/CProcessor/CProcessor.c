#include "CProcessor.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define TARGET __attribute__((target("sse4.2")))
#define STEP_WORD(crc, word) ((uint32_t)_mm_crc32_u64(crc, word))
#define STEP_BYTE(crc, byte) _mm_crc32_u8(crc, byte)
int ordeal_has_crc32c(void) { return __builtin_cpu_supports("sse4.2") != 0; }

#elif defined(__aarch64__) && defined(__linux__)
#include <arm_acle.h>
#include <sys/auxv.h>
#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif
#define TARGET __attribute__((target("crc")))
#define STEP_WORD(crc, word) __crc32cd(crc, word)
#define STEP_BYTE(crc, byte) __crc32cb(crc, byte)
int ordeal_has_crc32c(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }

#else
#define TARGET
#define STEP_WORD(crc, word) ((void)(word), crc)
#define STEP_BYTE(crc, byte) ((void)(byte), crc)
int ordeal_has_crc32c(void) { return 0; }
#endif

TARGET uint32_t ordeal_crc32c(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *next = bytes;
    while (count >= 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        crc = STEP_WORD(crc, word);
        next += 8;
        count -= 8;
    }
    while (count-- > 0) crc = STEP_BYTE(crc, *next++);
    return crc;
}
