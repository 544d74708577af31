#define _GNU_SOURCE
#include "Threads.h"

#include <pthread.h>
#include <sys/eventfd.h>

int ordeal_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
void ordeal_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }
