#ifndef ORDEAL_PROCESSES_H
#define ORDEAL_PROCESSES_H

#include <stdint.h>
#include <sys/types.h>

/// Starts `path` with standard streams `input`, `output` and `error`, every other descriptor
/// closed, and no signal blocked. Returns 0 and the process id, or an errno.
int ordeal_spawn(
    pid_t *process, const char *path, char *const arguments[], int input, int output, int error);
/// Replaces this process by `path`; returns the errno of the failure.
int ordeal_execute(const char *path, char *const arguments[]);
/// Waits until a child has ended, but leaves it a zombie, so that its id stays its own.
/// Returns 0 or an errno.
int ordeal_await_end(pid_t process);
/// Takes an ended child away. Returns its exit code, or minus the signal that ended it.
int ordeal_reap(pid_t process);

/// Makes a pipe that no other program inherits. Returns 0 or an errno.
int ordeal_pipe(int ends[2]);
/// Sleeps until CLOCK_MONOTONIC reads `nanoseconds`.
void ordeal_sleep_until(uint64_t nanoseconds);
/// Asks the kernel to wake this thread on time: no timer slack, and real-time priority where that
/// is granted. Returns 1 where it was.
int ordeal_become_punctual(void);

/// Connects to a numeric IPv4 address; every later read and write has the same time limit.
/// Returns a socket, or minus an errno.
int ordeal_connect(const char *address, uint16_t port, int timeout_milliseconds);
/// A port of 127.0.0.1 that nobody used a moment ago, or 0.
uint16_t ordeal_free_port(void);

#endif
