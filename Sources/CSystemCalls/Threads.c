#define _GNU_SOURCE
#include "Threads.h"

#include <pthread.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

int ordeal_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
void ordeal_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

int ordeal_wake_politely(void) {
    // Who was started in a real-time class, or idle, was given it on purpose.
    if (sched_getscheduler(0) != SCHED_OTHER) return 0;
    struct sched_param none = {0};
    return sched_setscheduler(0, SCHED_BATCH, &none);
}

long ordeal_thread_preemptions(void) {
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}
