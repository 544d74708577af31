#pragma once

#include <cstdint>

// wyhash, final version 4, of one integer with a seed.
namespace hashing {

constexpr uint64_t secret[2] = {0xa0761d6478bd642full, 0xe7037ed1a0b428dbull};

inline uint64_t mix(uint64_t left, uint64_t right) {
    unsigned __int128 product = static_cast<unsigned __int128>(left) * right;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t hash(uint64_t value, uint64_t seed) {
    seed ^= mix(seed ^ secret[0], secret[1]);
    uint64_t first = (value << 32) | (value >> 32);
    uint64_t second = (value >> 32 << 32) | (value & 0xffffffff);
    unsigned __int128 product =
        static_cast<unsigned __int128>(first ^ secret[1]) * (second ^ seed);
    return mix(static_cast<uint64_t>(product) ^ secret[0] ^ 8,
               static_cast<uint64_t>(product >> 64) ^ secret[1]);
}

inline uint32_t scaled(uint64_t hash, uint32_t bound) {
    return static_cast<uint32_t>((static_cast<unsigned __int128>(hash) * bound) >> 64);
}

}  // namespace hashing
