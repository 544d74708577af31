#define _GNU_SOURCE
#include "CSystemCalls.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

// nf_tables over netlink, for what has to happen at a given moment: a `nft` process would have to
// be woken first. The table itself is made by `nft`, which reads better.

/// Attributes and messages are filled into one buffer; `failed` says that it was too small.
struct message {
    char *bytes;
    size_t length;
    size_t capacity;
    int failed;
};

static void *extend(struct message *message, size_t length) {
    size_t aligned = (length + 3) & ~(size_t)3;
    if (message->capacity - message->length < aligned) {
        message->failed = 1;
        return NULL;
    }
    void *place = message->bytes + message->length;
    memset(place, 0, aligned);
    message->length += aligned;
    return place;
}

static size_t begin(struct message *message, uint16_t type) {
    size_t start = message->length;
    struct nlattr *attribute = extend(message, sizeof *attribute);
    if (attribute != NULL) attribute->nla_type = type | NLA_F_NESTED;
    return start;
}

static void end(struct message *message, size_t start) {
    if (message->failed) return;
    size_t length = message->length - start;
    struct nlattr *attribute = (struct nlattr *)(message->bytes + start);
    // An attribute's length has 16 bits.
    if (length > UINT16_MAX) message->failed = 1;
    attribute->nla_len = (uint16_t)length;
}

static void put(struct message *message, uint16_t type, const void *value, size_t length) {
    struct nlattr *attribute = extend(message, sizeof *attribute + length);
    if (attribute == NULL) return;
    attribute->nla_type = type;
    attribute->nla_len = (uint16_t)(sizeof *attribute + length);
    memcpy(attribute + 1, value, length);
}

static size_t begin_message(
    struct message *message, uint16_t type, uint16_t flags, uint8_t family, uint16_t resource) {
    size_t start = message->length;
    struct nlmsghdr *header = extend(message, sizeof *header);
    struct nfgenmsg *generic = extend(message, sizeof *generic);
    if (header == NULL || generic == NULL) return start;
    header->nlmsg_type = type;
    header->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    generic->nfgen_family = family;
    generic->version = NFNETLINK_V0;
    generic->res_id = htons(resource);
    return start;
}

static void end_message(struct message *message, size_t start) {
    if (message->failed) return;
    struct nlmsghdr *header = (struct nlmsghdr *)(message->bytes + start);
    header->nlmsg_len = (uint32_t)(message->length - start);
}

static uint16_t of_tables(uint16_t type) { return (NFNL_SUBSYS_NFTABLES << 8) | type; }

static void put_elements(
    struct message *message, uint16_t type, uint16_t flags, const char *table, const char *set,
    const struct ordeal_link *links, uint32_t count) {
    size_t start = begin_message(
        message, of_tables(type), (uint16_t)(NLM_F_ACK | flags), NFPROTO_BRIDGE, 0);
    put(message, NFTA_SET_ELEM_LIST_TABLE, table, strlen(table) + 1);
    put(message, NFTA_SET_ELEM_LIST_SET, set, strlen(set) + 1);
    size_t list = begin(message, NFTA_SET_ELEM_LIST_ELEMENTS);
    for (uint32_t i = 0; i < count; i++) {
        size_t element = begin(message, NFTA_LIST_ELEM);
        size_t key = begin(message, NFTA_SET_ELEM_KEY);
        put(message, NFTA_DATA_VALUE, &links[i], sizeof links[i]);
        end(message, key);
        end(message, element);
    }
    end(message, list);
    end_message(message, start);
}

int ordeal_filter_open(void) {
    int channel = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (channel < 0) return -errno;
    struct timeval limit = {.tv_sec = 2};
    int size = 1 << 20;
    setsockopt(channel, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(channel, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    struct sockaddr_nl self = {.nl_family = AF_NETLINK};
    if (bind(channel, (struct sockaddr *)&self, sizeof self) != 0) {
        int error = errno;
        close(channel);
        return -error;
    }
    return channel;
}

/// Reads acknowledgements until there are `expected`, or an error.
static int acknowledged(int channel, int expected) {
    char buffer[16384] __attribute__((aligned(NLMSG_ALIGNTO)));
    while (expected > 0) {
        ssize_t received = recv(channel, buffer, sizeof buffer, 0);
        if (received < 0 && errno == EINTR) continue;
        if (received < 0) return errno;
        size_t left = (size_t)received;
        for (struct nlmsghdr *header = (struct nlmsghdr *)buffer; NLMSG_OK(header, left);
             header = NLMSG_NEXT(header, left)) {
            if (header->nlmsg_type != NLMSG_ERROR) continue;
            const struct nlmsgerr *answer = NLMSG_DATA(header);
            if (answer->error != 0) return -answer->error;
            expected--;
        }
    }
    return 0;
}

/// Throws away what an earlier exchange left unread.
static void drain(int channel) {
    char buffer[16384];
    while (recv(channel, buffer, sizeof buffer, MSG_DONTWAIT) > 0) continue;
}

int ordeal_filter_change(
    int channel, const char *table, const char *set, const struct ordeal_link *added,
    uint32_t added_count, const struct ordeal_link *removed, uint32_t removed_count) {
    int expected = (added_count > 0) + (removed_count > 0);
    if (expected == 0) return 0;
    struct message batch = {.capacity = 512 + 64 * (size_t)(added_count + removed_count)};
    batch.bytes = malloc(batch.capacity);
    if (batch.bytes == NULL) return ENOMEM;
    const uint16_t tables = NFNL_SUBSYS_NFTABLES;
    size_t first = begin_message(&batch, NFNL_MSG_BATCH_BEGIN, 0, AF_UNSPEC, tables);
    end_message(&batch, first);
    if (removed_count > 0)
        put_elements(&batch, NFT_MSG_DELSETELEM, 0, table, set, removed, removed_count);
    if (added_count > 0)
        put_elements(&batch, NFT_MSG_NEWSETELEM, NLM_F_CREATE, table, set, added, added_count);
    size_t last = begin_message(&batch, NFNL_MSG_BATCH_END, 0, AF_UNSPEC, tables);
    end_message(&batch, last);
    int result = batch.failed ? E2BIG : 0;
    if (result == 0) {
        drain(channel);
        ssize_t sent = send(channel, batch.bytes, batch.length, 0);
        result = sent < 0 ? errno : acknowledged(channel, expected);
    }
    free(batch.bytes);
    return result;
}

/// The attribute of this type among those in `length` bytes at `first`, or NULL.
static const struct nlattr *find(const void *first, size_t length, uint16_t type) {
    const char *place = first;
    while (length >= sizeof(struct nlattr)) {
        const struct nlattr *attribute = (const struct nlattr *)place;
        if (attribute->nla_len < sizeof *attribute || attribute->nla_len > length) return NULL;
        if ((attribute->nla_type & NLA_TYPE_MASK) == type) return attribute;
        size_t step = (attribute->nla_len + 3u) & ~3u;
        if (step > length) return NULL;
        place += step;
        length -= step;
    }
    return NULL;
}

static const struct nlattr *inside(const struct nlattr *parent, uint16_t type) {
    if (parent == NULL) return NULL;
    return find(parent + 1, parent->nla_len - sizeof *parent, type);
}

static uint64_t big_endian(const struct nlattr *attribute) {
    uint64_t value = 0;
    if (attribute == NULL || attribute->nla_len < sizeof *attribute + sizeof value) return 0;
    memcpy(&value, attribute + 1, sizeof value);
    return be64toh(value);
}

static struct ordeal_link_count read_element(const struct nlattr *element) {
    struct ordeal_link_count count = {.packets = 0};
    const struct nlattr *key = inside(inside(element, NFTA_SET_ELEM_KEY), NFTA_DATA_VALUE);
    if (key != NULL && key->nla_len >= sizeof *key + sizeof count.link)
        memcpy(&count.link, key + 1, sizeof count.link);
    const struct nlattr *counter = inside(inside(element, NFTA_SET_ELEM_EXPR), NFTA_EXPR_DATA);
    count.packets = big_endian(inside(counter, NFTA_COUNTER_PACKETS));
    count.bytes = big_endian(inside(counter, NFTA_COUNTER_BYTES));
    return count;
}

static int read_elements(
    const struct nlmsghdr *header, struct ordeal_link_count *counts, uint32_t capacity, int found) {
    const size_t skipped = NLMSG_ALIGN(sizeof(struct nfgenmsg));
    const char *attributes = (const char *)NLMSG_DATA(header) + skipped;
    size_t length = header->nlmsg_len - NLMSG_HDRLEN - skipped;
    const struct nlattr *list = find(attributes, length, NFTA_SET_ELEM_LIST_ELEMENTS);
    if (list == NULL) return found;
    const char *place = (const char *)(list + 1);
    size_t left = list->nla_len - sizeof *list;
    const struct nlattr *element;
    while ((element = find(place, left, NFTA_LIST_ELEM)) != NULL) {
        if ((uint32_t)found < capacity) counts[found] = read_element(element);
        found++;
        size_t step = (size_t)((const char *)element - place) + ((element->nla_len + 3u) & ~3u);
        if (step >= left) break;
        place += step;
        left -= step;
    }
    return found;
}

int ordeal_filter_counts(
    int channel, const char *table, const char *set, struct ordeal_link_count *counts,
    uint32_t capacity) {
    char request[256];
    struct message message = {.bytes = request, .capacity = sizeof request};
    size_t start =
        begin_message(&message, of_tables(NFT_MSG_GETSETELEM), NLM_F_DUMP, NFPROTO_BRIDGE, 0);
    put(&message, NFTA_SET_ELEM_LIST_TABLE, table, strlen(table) + 1);
    put(&message, NFTA_SET_ELEM_LIST_SET, set, strlen(set) + 1);
    end_message(&message, start);
    if (message.failed) return -E2BIG;
    drain(channel);
    if (send(channel, message.bytes, message.length, 0) < 0) return -errno;
    char buffer[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
    int found = 0;
    for (;;) {
        ssize_t received = recv(channel, buffer, sizeof buffer, 0);
        if (received < 0 && errno == EINTR) continue;
        if (received < 0) return -errno;
        size_t left = (size_t)received;
        for (const struct nlmsghdr *header = (const struct nlmsghdr *)buffer;
             NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
            if (header->nlmsg_type == NLMSG_DONE) return found;
            if (header->nlmsg_type == NLMSG_ERROR)
                return ((const struct nlmsgerr *)NLMSG_DATA(header))->error;
            found = read_elements(header, counts, capacity, found);
        }
    }
}
