#ifndef ORDEAL_PACKETFILTER_H
#define ORDEAL_PACKETFILTER_H

#include <stdint.h>

/// One direction of one link, by the names of its two bridge ports, padded with zeros.
struct ordeal_link {
    char from[16];
    char to[16];
};

/// How much of one direction was dropped since it was cut.
struct ordeal_link_count {
    struct ordeal_link link;
    uint64_t packets;
    uint64_t bytes;
};

/// Opens a channel to the packet filter of this network namespace; minus an errno when refused.
int ordeal_filter_open(void);
/// Adds and removes elements of a bridge table's set of `ifname . ifname` in one transaction:
/// all of it holds from one packet to the next, or none of it. Returns 0 or an errno.
int ordeal_filter_change(
    int channel, const char *table, const char *set, const struct ordeal_link *added,
    uint32_t added_count, const struct ordeal_link *removed, uint32_t removed_count);
/// Reads the set's elements and their counters into `counts`. Returns how many there are, even
/// beyond `capacity`, or minus an errno.
int ordeal_filter_counts(
    int channel, const char *table, const char *set, struct ordeal_link_count *counts,
    uint32_t capacity);

#endif
