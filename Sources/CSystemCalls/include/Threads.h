#ifndef CSYSTEMCALLS_THREADS_H
#define CSYSTEMCALLS_THREADS_H

/// A new eventfd, non-blocking and closed on exec, or -1 and errno.
int ordeal_eventfd(void);
/// Gives the calling thread the name that tools like top show; 15 bytes count.
void ordeal_name_thread(const char *name);
/// Lets the calling thread, when it wakes, wait for its turn in place of taking the core from another
/// (SCHED_BATCH, sched(7)); 0, or -1 and errno.
int ordeal_wake_politely(void);
/// How often the calling thread had to leave its core to others although it had more to do.
long ordeal_thread_preemptions(void);

#endif
