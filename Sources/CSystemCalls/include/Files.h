#ifndef ORDEAL_FILES_H
#define ORDEAL_FILES_H

/// Whether reads and writes of a file pass the page cache by (O_DIRECT); -1 where the file system
/// offers no such thing, else whether they did until now.
int ordeal_file_bypasses_cache(int file, int bypasses);

#endif
