#define _GNU_SOURCE
#include "Files.h"

#include <fcntl.h>

int ordeal_file_bypasses_cache(int file, int bypasses) {
    int flags = fcntl(file, F_GETFL);
    if (flags < 0) return -1;
    int wanted = bypasses ? flags | O_DIRECT : flags & ~O_DIRECT;
    return fcntl(file, F_SETFL, wanted) == 0 ? (flags & O_DIRECT) != 0 : -1;
}
