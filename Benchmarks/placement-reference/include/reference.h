#pragma once

// Jump, AnchorHash and MementoHash as one would write them in C++, beside which the Swift ones are
// measured: the same hash, the same arrays, the same answers.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct reference_table reference_table;

typedef enum { reference_jump, reference_anchor, reference_memento } reference_scheme;

/// Nodes are named by their numbers from 1; `capacity` counts for AnchorHash alone.
reference_table *_Nonnull reference_make(reference_scheme scheme, uint32_t nodes, uint32_t capacity);

/// Removes the node with this name.
void reference_remove(reference_table *_Nonnull table, uint32_t name);

/// Writes the name of the node of each hash.
void reference_assign(const reference_table *_Nonnull table, const uint64_t *_Nonnull hashes,
                      size_t count, uint32_t *_Nonnull names);

void reference_free(reference_table *_Nonnull table);

#ifdef __cplusplus
}
#endif
