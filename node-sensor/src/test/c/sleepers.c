/*
 * sleepers N: starts N processes that sleep with 2,040 arguments and 2,040 environment variables of one letter each. Prints
 * "started" when all of them run, and ends them when its standard input ends.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#define ARGUMENTS 2040

int main(int argc, char **argv) {
    if (argc > 2) {
        char one = 1;
        (void)!write(3, &one, 1);
        close(3);
        pause();
        return 0;
    }
    int count = argc > 1 ? atoi(argv[1]) : 0;
    static char *arguments[ARGUMENTS + 2];
    static char *environment[ARGUMENTS + 1];
    arguments[0] = argv[0];
    for (int i = 0; i < ARGUMENTS; i++) {
        arguments[i + 1] = "x";
        environment[i] = "y";
    }
    int ends[2];
    if (pipe(ends) != 0)
        return 1;
    for (int i = 0; i < count; i++) {
        pid_t child = fork();
        if (child < 0)
            return 1;
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(0);
            close(1);
            if (ends[1] != 3)
                dup2(ends[1], 3);
            execve("/proc/self/exe", arguments, environment);
            _exit(1);
        }
    }
    for (int started = 0; started < count;) {
        char bytes[256];
        ssize_t n = read(ends[0], bytes, sizeof bytes);
        if (n <= 0)
            return 1;
        started += n;
    }
    puts("started");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    return 0;
}
