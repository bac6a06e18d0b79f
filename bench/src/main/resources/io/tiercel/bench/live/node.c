// The load of a node: containers with sleeping processes, of which some open files and fork at a rate. Each container has its own cgroup,
// PID namespace and mount namespace. When this program ends, all its processes end.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// A worker acts every TICK seconds. It skips operations that are more than MAX_DELAY seconds late.
#define TICK 0.05
#define MAX_DELAY 1.0

struct shared {
    sem_t start;
    double begin, end;
    atomic_long processes, containers, opens, forks, baits;
    atomic_int error;
};

static struct shared *shared;
static char *title;
static size_t title_size;

static void fail(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void sleep_until(double end) {
    struct timespec t = {(time_t)end, (long)((end - (time_t)end) * 1e9)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
        ;
}

// Ends a process of a container; the main process reports the error.
static void give_up(void) {
    atomic_store(&shared->error, errno);
    _exit(1);
}

// Gives each process a command line of its own.
static void name_process(int container, long process) {
    memset(title, 0, title_size);
    snprintf(title, title_size, "tiercel-load service --name service-%d --worker %ld --config /etc/service-%d.yaml", container, process, container);
}

static void open_file(const char *path) {
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        give_up();
    close(fd);
    atomic_fetch_add(&shared->opens, 1);
}

static void fork_once(void) {
    pid_t child = fork();
    if (child < 0)
        give_up();
    if (child == 0)
        _exit(0);
    if (waitpid(child, NULL, 0) != child)
        give_up();
    atomic_fetch_add(&shared->forks, 1);
}

static void read_bait(const char *bait) {
    char byte;
    int fd = open(bait, O_RDONLY);
    if (fd < 0 || read(fd, &byte, 1) < 0)
        give_up();
    close(fd);
    atomic_fetch_add(&shared->baits, 1);
}

// Token bucket: returns the number of operations to do now. The bucket holds the tokens of MAX_DELAY seconds.
static long take(double *tokens, double rate, double elapsed) {
    *tokens += rate * elapsed;
    if (*tokens > rate * MAX_DELAY + 1)
        *tokens = rate * MAX_DELAY + 1;
    long due = (long)*tokens;
    *tokens -= due;
    return due;
}

// Opens and forks at the container's share of the rates. The containers take turns to read the bait, once a second.
static void work(int container, int containers, double opens, double forks, const char *file, const char *bait) {
    while (sem_wait(&shared->start) != 0)
        if (errno != EINTR)
            give_up();
    double last = shared->begin, open_tokens = 0, fork_tokens = 0;
    double next = last + TICK * container / containers, next_bait = last + container + 0.5;
    for (; next < shared->end; next += TICK) {
        sleep_until(next);
        double time = now();
        for (long due = take(&open_tokens, opens / containers, time - last); due > 0 && now() < shared->end; due--)
            open_file(file);
        for (long due = take(&fork_tokens, forks / containers, time - last); due > 0 && now() < shared->end; due--)
            fork_once();
        if (time >= next_bait) {
            read_bait(bait);
            next_bait += containers;
        }
        last = time;
        if (next < time - MAX_DELAY)
            next = time;
    }
}

static void join_cgroup(const char *cgroup) {
    char path[8192];
    snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
    int fd = open(path, O_WRONLY);
    if (fd < 0 || write(fd, "0", 1) != 1)
        give_up();
    close(fd);
}

// The first process of a container: makes the others, works, and waits until the main process ends.
static void run_container(int container, int containers, long processes, double opens, double forks, const char *cgroup, const char *file,
                          const char *bait) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    join_cgroup(cgroup);
    name_process(container, 1);
    atomic_fetch_add(&shared->processes, 1);
    for (long process = 2; process <= processes; process++) {
        pid_t child = fork();
        if (child < 0)
            give_up();
        if (child == 0) {
            name_process(container, process);
            for (;;)
                pause();
        }
        atomic_fetch_add(&shared->processes, 1);
    }
    atomic_fetch_add(&shared->containers, 1);
    work(container, containers, opens, forks, file, bait);
    for (;;)
        pause();
}

static void check(long processes) {
    int error = atomic_load(&shared->error);
    if (error != 0) {
        fprintf(stderr, "a process of a container failed after %ld of %ld processes: %s\n", atomic_load(&shared->processes), processes,
                strerror(error));
        exit(1);
    }
}

// CGROUP FOLDER CONTAINERS PROCESSES OPENS FORKS BAIT PADDING. Writes "ready"; reads a number of seconds; works; writes the seconds and the
// numbers of opens, forks and reads of the bait; and waits for the end of its input.
int main(int count, char **words) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (count != 9) {
        fprintf(stderr, "node: CGROUP FOLDER CONTAINERS PROCESSES OPENS FORKS BAIT PADDING\n");
        return 1;
    }
    char cgroups[2048], folder[2048], bait[512];
    snprintf(cgroups, sizeof(cgroups), "%s", words[1]);
    snprintf(folder, sizeof(folder), "%s", words[2]);
    snprintf(bait, sizeof(bait), "%s", words[7]);
    int containers = atoi(words[3]);
    long processes = atol(words[4]);
    double opens = atof(words[5]), forks = atof(words[6]);
    title = words[0];
    title_size = words[count - 1] + strlen(words[count - 1]) - title;
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || sem_init(&shared->start, 1, 0) != 0)
        fail("shared memory");
    for (int i = 0; i < containers; i++) {
        char cgroup[4096], file[4096];
        snprintf(cgroup, sizeof(cgroup), "%s/cri-containerd-%08x%056x.scope", cgroups, 0x7e4c0000 + i, i + 1);
        snprintf(file, sizeof(file), "%s/data-%d", folder, i);
        int fd = open(file, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        if (fd < 0)
            fail(file);
        close(fd);
        if (mkdir(cgroup, 0755) != 0)
            fail(cgroup);
        pid_t child = syscall(SYS_clone, CLONE_NEWPID | CLONE_NEWNS | SIGCHLD, 0, 0, 0, 0);
        if (child < 0)
            fail("cannot start a container");
        if (child == 0)
            run_container(i, containers, processes / containers + (i < processes % containers), opens, forks, cgroup, file, bait);
    }
    while (atomic_load(&shared->containers) < containers) {
        check(processes);
        sleep_until(now() + 0.05);
    }
    printf("ready\n");
    fflush(stdout);
    double seconds;
    if (scanf("%lf", &seconds) != 1)
        return 0;
    shared->begin = now();
    shared->end = shared->begin + seconds;
    for (int i = 0; i < containers; i++)
        sem_post(&shared->start);
    while (now() < shared->end) {
        check(processes);
        sleep_until(now() + 0.05);
    }
    sleep_until(now() + 2 * TICK);
    printf("%.3f %ld %ld %ld\n", seconds, atomic_load(&shared->opens), atomic_load(&shared->forks), atomic_load(&shared->baits));
    fflush(stdout);
    while (getchar() != EOF)
        ;
    return 0;
}
