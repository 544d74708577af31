#include "reference.h"

#include <numeric>
#include <vector>

#include "hash.hpp"

namespace {

uint32_t jump(uint64_t key, int64_t count) {
    int64_t bucket = -1;
    int64_t next = 0;
    while (next < count) {
        bucket = next;
        key = key * 2862933555777941757ull + 1;
        next = static_cast<int64_t>(
            static_cast<double>(bucket + 1) *
            (static_cast<double>(1ll << 31) / static_cast<double>((key >> 33) + 1)));
    }
    return static_cast<uint32_t>(bucket);
}

// Algorithm 3 of the paper, its arrays under their names there.
struct anchor {
    std::vector<uint32_t> A, K, L, W, R;
    uint32_t N;

    anchor(uint32_t capacity, uint32_t count)
        : A(capacity), K(capacity), L(capacity), W(capacity), N(count) {
        std::iota(K.begin(), K.end(), 0);
        L = W = K;
        for (uint32_t b = capacity; b-- > count;) {
            R.push_back(b);
            A[b] = b;
        }
    }

    void remove(uint32_t b) {
        R.push_back(b);
        N -= 1;
        A[b] = N;
        W[L[b]] = K[b] = W[N];
        L[W[N]] = L[b];
    }

    uint32_t bucket(uint64_t hash) const {
        uint32_t b = hashing::scaled(hash, static_cast<uint32_t>(A.size()));
        while (A[b] > 0) {
            uint32_t h = hashing::scaled(hashing::hash(hash, b), A[b]);
            while (A[h] >= A[b]) h = K[h];
            b = h;
        }
        return b;
    }
};

struct memento {
    struct entry {
        uint32_t bucket, remaining, previous;
    };

    std::vector<entry> entries;
    uint32_t count, removed = 0, last;
    int shift = 32;

    explicit memento(uint32_t nodes) : count(nodes), last(nodes) {}

    size_t home(uint32_t bucket) const {
        return static_cast<uint32_t>(bucket * 0x9e3779b9u) >> shift;
    }

    const entry *find(uint32_t bucket) const {
        if (entries.empty()) return nullptr;
        for (size_t i = home(bucket);; i = (i + 1) & (entries.size() - 1)) {
            if (entries[i].bucket == bucket) return &entries[i];
            if (entries[i].bucket == UINT32_MAX) return nullptr;
        }
    }

    void insert(entry added) {
        size_t i = home(added.bucket);
        while (entries[i].bucket != UINT32_MAX) i = (i + 1) & (entries.size() - 1);
        entries[i] = added;
    }

    void remove(uint32_t bucket) {
        uint32_t left = count - removed - 1;
        if (removed == 0 && bucket == count - 1) {
            count = last = bucket;
            return;
        }
        if (2 * (removed + 1) > entries.size()) {
            std::vector<entry> old = std::move(entries);
            size_t size = old.empty() ? 8 : 2 * old.size();
            entries.assign(size, {UINT32_MAX, 0, 0});
            shift = 32 - __builtin_ctzll(size);
            for (const entry &kept : old)
                if (kept.bucket != UINT32_MAX) insert(kept);
        }
        insert({bucket, left, last});
        last = bucket;
        removed += 1;
    }

    uint32_t bucket(uint64_t hash) const {
        uint32_t b = jump(hash, count);
        if (removed == 0) return b;
        while (const entry *gone = find(b)) {
            uint32_t left = gone->remaining;
            b = hashing::scaled(hashing::hash(hash, b), left);
            const entry *earlier;
            while ((earlier = find(b)) && earlier->remaining >= left) b = earlier->remaining;
        }
        return b;
    }
};

}  // namespace

struct reference_table {
    reference_scheme scheme;
    std::vector<uint32_t> names;
    anchor anchored;
    memento remembered;
};

reference_table *reference_make(reference_scheme scheme, uint32_t nodes, uint32_t capacity) {
    std::vector<uint32_t> names(nodes);
    std::iota(names.begin(), names.end(), 1);
    bool anchors = scheme == reference_anchor;
    return new reference_table{scheme, std::move(names),
                               anchor(anchors ? capacity : 1, anchors ? nodes : 1), memento(nodes)};
}

// The first nodes have the buckets of their numbers.
void reference_remove(reference_table *table, uint32_t name) {
    if (table->scheme == reference_anchor) table->anchored.remove(name - 1);
    if (table->scheme == reference_memento) table->remembered.remove(name - 1);
}

void reference_assign(const reference_table *table, const uint64_t *hashes, size_t count,
                      uint32_t *names) {
    const uint32_t *name = table->names.data();
    switch (table->scheme) {
    case reference_jump: {
        auto nodes = static_cast<int64_t>(table->names.size());
        for (size_t i = 0; i < count; i++) names[i] = name[jump(hashes[i], nodes)];
        break;
    }
    case reference_anchor:
        for (size_t i = 0; i < count; i++) names[i] = name[table->anchored.bucket(hashes[i])];
        break;
    case reference_memento:
        for (size_t i = 0; i < count; i++) names[i] = name[table->remembered.bucket(hashes[i])];
        break;
    }
}

void reference_free(reference_table *table) { delete table; }
