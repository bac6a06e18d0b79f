// Fixed loads for the live benchmark. Each load repeats one operation and prints its duration in seconds. Only reads of the bait match
// a rule, and the load does not depend on the sensor.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void pause_ms(long ms) {
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static void opens(const char *path, long count) {
    for (long i = 0; i < count; i++) {
        int fd = open(path, O_RDONLY);
        if (fd < 0)
            fail(path);
        close(fd);
    }
}

// Opens by a path that is relative to a folder.
static void relative(const char *folder, const char *path, long count) {
    if (chdir(folder) != 0)
        fail(folder);
    opens(path, count);
}

// A call without arguments. syscall() makes it each time: a C library may keep the result of getppid().
static void getppids(long count) {
    for (long i = 0; i < count; i++)
        syscall(SYS_getppid);
}

// Opens a file in a child of a program with another name, which this one executes by a symbolic link.
static void agent(const char *program, const char *path, const char *count) {
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (length < 0)
        fail("/proc/self/exe");
    self[length] = 0;
    unlink(program);
    if (symlink(self, program) != 0)
        fail(program);
    execl(program, program, "child", path, count, (char *)NULL);
    fail(program);
}

static void opens_of_child(const char *path, long count) {
    int status;
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        opens(path, count);
        _exit(0);
    }
    if (waitpid(child, &status, 0) < 0 || status != 0)
        fail(path);
}

// Seven calls that change files in a folder and leave it as it was.
static void changes(const char *folder, const char *file, long count) {
    char linked[4096], renamed[4096], pointing[4096], made[4096];
    snprintf(linked, sizeof(linked), "%s/linked", folder);
    snprintf(renamed, sizeof(renamed), "%s/renamed", folder);
    snprintf(pointing, sizeof(pointing), "%s/pointing", folder);
    snprintf(made, sizeof(made), "%s/made", folder);
    for (long i = 0; i < count; i++) {
        if (link(file, linked) != 0 || rename(linked, renamed) != 0 || unlink(renamed) != 0)
            fail(renamed);
        if (symlink(file, pointing) != 0 || unlink(pointing) != 0)
            fail(pointing);
        if (mkdir(made, 0755) != 0 || rmdir(made) != 0)
            fail(made);
    }
}

static void bytes(const char *path, long count) {
    char byte;
    int fd = open(path, O_RDONLY);
    if (fd < 0)
        fail(path);
    for (long i = 0; i < count; i++)
        if (read(fd, &byte, 1) != 1)
            fail(path);
    close(fd);
}

static void execs(long count) {
    for (long i = 0; i < count; i++) {
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0) {
            execl("/bin/true", "true", (char *)NULL);
            _exit(127);
        }
        int status;
        if (waitpid(child, &status, 0) < 0 || status != 0)
            fail("/bin/true");
    }
}

// Connects to a port that is bound but not listening, so that no other process can use it.
static void connects(long count) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int bound = socket(AF_INET, SOCK_STREAM, 0);
    if (bound < 0 || bind(bound, (struct sockaddr *)&address, length) < 0 ||
        getsockname(bound, (struct sockaddr *)&address, &length) < 0)
        fail("a port of 127.0.0.1");
    for (long i = 0; i < count; i++) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0)
            fail("socket");
        if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 || errno != ECONNREFUSED)
            fail("a connection that should be refused");
        close(fd);
    }
}

static void read_bait(const char *bait) {
    char byte;
    int fd = open(bait, O_RDONLY);
    if (fd < 0 || read(fd, &byte, 1) < 0)
        fail(bait);
    close(fd);
}

// Runs two open loads concurrently, while another process reads the bait.
static void parallel(const char *path, long count, const char *bait, long reads, long pause) {
    pid_t loads[2];
    for (int i = 0; i < 2; i++) {
        loads[i] = fork();
        if (loads[i] < 0)
            fail("fork");
        if (loads[i] == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            opens(path, count);
            _exit(0);
        }
    }
    for (long i = 0; i < reads; i++) {
        read_bait(bait);
        pause_ms(pause);
    }
    for (int i = 0; i < 2; i++) {
        int status;
        if (waitpid(loads[i], &status, 0) < 0 || status != 0)
            fail("a load");
    }
}

int main(int count, char **words) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const char *load = count > 1 ? words[1] : "";
    double start = now();
    if (count == 4 && !strcmp(load, "opens"))
        opens(words[2], atol(words[3]));
    else if (count == 5 && !strcmp(load, "relative")) // folder, path in it, count
        relative(words[2], words[3], atol(words[4]));
    else if (count == 5 && !strcmp(load, "changes")) // folder, file, count
        changes(words[2], words[3], atol(words[4]));
    else if (count == 5 && !strcmp(load, "agent")) // link to this program, file, count
        agent(words[2], words[3], words[4]);
    else if (count == 4 && !strcmp(load, "child")) // file, count
        opens_of_child(words[2], atol(words[3]));
    else if (count == 3 && !strcmp(load, "getppids"))
        getppids(atol(words[2]));
    else if (count == 4 && !strcmp(load, "bytes")) // a device that never ends, count
        bytes(words[2], atol(words[3]));
    else if (count == 3 && !strcmp(load, "execs"))
        execs(atol(words[2]));
    else if (count == 3 && !strcmp(load, "connects"))
        connects(atol(words[2]));
    else if (count == 7 && !strcmp(load, "parallel"))
        parallel(words[2], atol(words[3]), words[4], atol(words[5]), atol(words[6]));
    else if (count == 5 && !strcmp(load, "baits")) // file, count, pause in milliseconds
        for (long i = 0; i < atol(words[3]); i++) {
            read_bait(words[2]);
            pause_ms(atol(words[4]));
        }
    else {
        fprintf(stderr, "load: opens PATH COUNT | relative FOLDER PATH COUNT | changes FOLDER FILE COUNT | agent LINK FILE COUNT | child FILE COUNT | getppids COUNT | bytes PATH COUNT | execs COUNT | connects COUNT | "
                        "parallel PATH COUNT BAIT READS MS | baits BAIT COUNT MS\n");
        return 1;
    }
    printf("%.6f\n", now() - start);
    return 0;
}
