#ifndef ORDEAL_FILES_H
#define ORDEAL_FILES_H

/// Has reads and writes of a file pass the page cache by (O_DIRECT), or go through it; returns whether
/// they passed it by until now, or -1 where that cannot be set.
int ordeal_file_bypasses_cache(int file, int bypasses);

#endif
