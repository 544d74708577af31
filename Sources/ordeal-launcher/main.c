#define _GNU_SOURCE
#include "launcher.h"

#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static const char usage[] =
    "usage: ordeal-launcher enclose [--guard] -- COMMAND [ARGUMENT...]\n"
    "       ordeal-launcher node [OPTION...] -- COMMAND [ARGUMENT...]\n"
    "\n"
    "enclose  runs COMMAND in network, mount and process namespaces of its own (and a user\n"
    "         namespace where the caller is not root). When the command, the launcher or the\n"
    "         process between them ends, even by SIGKILL, every process, namespace, mount and\n"
    "         rule made inside is gone. SIGINT, SIGTERM, SIGHUP and SIGQUIT reach the command\n"
    "         once each; its exit code is passed on (128 + n when signal n ended it).\n"
    "  --guard         no namespaces: only the promise about processes\n"
    "\n"
    "node     becomes COMMAND, in a session of its own, with default signals.\n"
    "  --network PATH  enter the network namespace at PATH\n"
    "  --parent PID    end with the thread of PID that started this; refuse if it is gone\n"
    "  --tmpfs DIR:SIZE  a mount view of its own, with a tmpfs of SIZE bytes on DIR\n"
    "  --files N       limit of open files\n"
    "  --core N        limit of a core file, bytes\n";

int refuse(int code, const char *format, ...) {
    int error = errno;
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "ordeal-launcher: ");
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    if (error != 0) fprintf(stderr, ": %s", strerror(error));
    fputc('\n', stderr);
    return code;
}

int execute(char **argv) {
    execvp(argv[0], argv);
    return refuse(
        errno == ENOENT ? LAUNCHER_NOT_FOUND : LAUNCHER_CANNOT_EXECUTE, "%s", argv[0]);
}

int raise_loopback(void) {
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (control < 0) return -1;
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int result = ioctl(control, SIOCSIFFLAGS, &request);
    int error = errno;
    close(control);
    errno = error;
    return result;
}

int main(int argc, char **argv) {
    errno = 0;
    if (argc >= 2 && strcmp(argv[1], "enclose") == 0) return enclose(argc - 2, argv + 2);
    if (argc >= 2 && strcmp(argv[1], "node") == 0) return node(argc - 2, argv + 2);
    int asked = argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
    fputs(usage, asked ? stdout : stderr);
    return asked ? 0 : LAUNCHER_USAGE;
}
