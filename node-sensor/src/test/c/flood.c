/* Floods the sensor until its standard input ends: flood MODE COUNT [ROUNDS].
 * Runs COUNT copies, as processes or, if the mode ends with "+", as threads.
 * Prints a line after the first ROUNDS rounds of all copies, by default 500.
 * With ROUNDS, also prints a line after each further ROUNDS. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_ROUNDS 500
#define FIRST_USER 70000

static unsigned *rounds; /* of all copies */

static void count_round(void) {
    __atomic_fetch_add(rounds, 1, __ATOMIC_RELAXED);
}

static void open_often(const char *path) {
    for (int i = 0; i < 200; i++)
        close(open(path, O_RDONLY));
    count_round();
}

/* A directory whose path is nearly as long as a system call accepts. */
static void make_long_path(char *path, size_t size, char letter) {
    if (!getcwd(path, size))
        exit(2);
    char part[200];
    memset(part, letter, sizeof part - 1);
    part[0] = '/';
    part[sizeof part - 1] = 0;
    while (strlen(path) + sizeof part < size) {
        strcat(path, part);
        mkdir(path, 0755);
    }
}

static void *opens_by_dotdot(void *unused) {
    for (;;)
        open_often("/usr/../usr/../etc/hostname");
    return unused;
}

static void *relative_opens(void *unused) {
    for (;;)
        open_often("../../../../../../../etc/hostname");
    return unused;
}

static void *opens(void *unused) {
    for (;;)
        open_often("/etc/hostname");
    return unused;
}

static void *matching_opens(void *unused) {
    for (;;)
        open_often("/etc/shadow");
    return unused;
}

/* So few opens that each copy is quiet. */
static void *slow_opens(void *unused) {
    for (;; count_round()) {
        for (int i = 0; i < 10; i++)
            close(open("/usr/../usr/../etc/hostname", O_RDONLY));
        usleep(200000);
    }
    return unused;
}

static void *long_chdirs(void *unused) {
    char first[4000], second[4000];
    make_long_path(first, sizeof first, 'a');
    make_long_path(second, sizeof second, 'b');
    for (;; count_round())
        if (chdir(first) || chdir(second))
            exit(2);
    return unused;
}

static void *chdirs(void *unused) {
    for (;; count_round())
        if (chdir("/usr") || chdir("/etc"))
            exit(2);
    return unused;
}

static void *missing_chdirs(void *unused) {
    for (;; count_round())
        for (int i = 0; i < 200; i++)
            if (!chdir("/usr/missing"))
                exit(2);
    return unused;
}

static void *process_groups(void *unused) {
    for (;; count_round())
        setpgid(0, 0);
    return unused;
}

static void *limits(void *unused) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    for (rlim_t i = 0;; i++, count_round()) {
        limit.rlim_cur = 256 + i % 64;
        prlimit(0, RLIMIT_NOFILE, &limit, 0);
    }
    return unused;
}

static void *executions(void *unused) {
    for (;; count_round()) {
        pid_t child = vfork();
        if (child == 0) {
            execl("/bin/true", "true", NULL);
            _exit(1);
        }
        waitpid(child, 0, 0);
    }
    return unused;
}

/* A new process for each burst, orphaned by a second fork, so that it has
 * neither a history nor its parent. */
static void *forks(void *unused) {
    for (;; count_round()) {
        pid_t child = fork();
        if (child == 0) {
            if (fork() == 0)
                for (int i = 0; i < 200; i++)
                    close(open("/usr/../usr/../etc/hostname", O_RDONLY));
            _exit(0);
        }
        waitpid(child, 0, 0);
    }
    return unused;
}

/* A few opens by one user after the other. */
static void *users(void *unused) {
    for (uid_t user = FIRST_USER;; user++, count_round()) {
        pid_t child = fork();
        if (child == 0) {
            if (setuid(user))
                _exit(2);
            for (int i = 0; i < 20; i++)
                close(open("/usr/../usr/../etc/hostname", O_RDONLY));
            _exit(0);
        }
        waitpid(child, 0, 0);
    }
    return unused;
}

static void *connects(void *unused) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (;; count_round()) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        connect(fd, (void *)&address, sizeof address);
        close(fd);
    }
    return unused;
}

/* Opens by io_uring, 64 at a time. */
static void *ring_opens(void *unused) {
    struct io_uring_params p = {};
    int ring = syscall(SYS_io_uring_setup, 64, &p);
    if (ring < 0)
        exit(3);
    char *sq = mmap(0, p.sq_off.array + p.sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    char *cq = p.features & IORING_FEAT_SINGLE_MMAP ? sq
                                                    : mmap(0, p.cq_off.cqes + p.cq_entries * 16, PROT_READ | PROT_WRITE,
                                                           MAP_SHARED, ring, IORING_OFF_CQ_RING);
    struct io_uring_sqe *entries =
        mmap(0, p.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    unsigned *tail = (void *)(sq + p.sq_off.tail), *array = (void *)(sq + p.sq_off.array);
    unsigned *head = (void *)(cq + p.cq_off.head), *end = (void *)(cq + p.cq_off.tail);
    struct io_uring_cqe *done = (void *)(cq + p.cq_off.cqes);
    for (;; count_round()) {
        for (unsigned i = 0; i < 64; i++) {
            unsigned at = (*tail + i) % p.sq_entries;
            memset(&entries[at], 0, sizeof entries[at]);
            entries[at].opcode = IORING_OP_OPENAT;
            entries[at].fd = AT_FDCWD;
            entries[at].addr = (unsigned long)"/usr/../usr/../etc/hostname";
            array[at] = at;
        }
        __atomic_store_n(tail, *tail + 64, __ATOMIC_RELEASE);
        syscall(SYS_io_uring_enter, ring, 64, 64, IORING_ENTER_GETEVENTS, 0, 0);
        for (; *head != __atomic_load_n(end, __ATOMIC_ACQUIRE); __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE))
            close(done[*head % p.cq_entries].res);
    }
    return unused;
}

static const struct {
    const char *name;
    void *(*run)(void *);
} modes[] = {{"dotdot", opens_by_dotdot},
             {"relative", relative_opens},
             {"open", opens},
             {"slow", slow_opens},
             {"match", matching_opens},
             {"long-chdir", long_chdirs},
             {"chdir", chdirs},
             {"missing-chdir", missing_chdirs},
             {"setpgid", process_groups},
             {"prlimit", limits},
             {"exec", executions},
             {"fork", forks},
             {"users", users},
             {"connect", connects},
             {"uring", ring_opens}};

int main(int argc, char **argv) {
    if (argc < 3)
        return 1;
    void *(*run)(void *) = 0;
    size_t length = strcspn(argv[1], "+");
    for (unsigned i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strlen(modes[i].name) == length && !strncmp(modes[i].name, argv[1], length))
            run = modes[i].run;
    if (!run)
        return 1;
    setpgid(0, 0);
    rounds = mmap(0, sizeof *rounds, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool threads = argv[1][length];
    for (int i = 0; i < atoi(argv[2]); i++) {
        pthread_t thread;
        if (threads) {
            pthread_create(&thread, 0, run, 0);
        } else if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL); /* also reaches a copy that has changed its process group */
            run(0);
        }
    }
    unsigned every = argc > 3 ? atoi(argv[3]) : 0, next = every ? every : FIRST_ROUNDS;
    struct pollfd input = {.fd = 0, .events = POLLIN};
    char byte;
    for (bool ended = false; !ended;) {
        if (next && __atomic_load_n(rounds, __ATOMIC_RELAXED) >= next) {
            puts("reached");
            fflush(stdout);
            next = every ? next + every : 0;
        }
        ended = poll(&input, 1, next ? 1 : -1) > 0 && read(0, &byte, 1) <= 0;
    }
    kill(0, SIGKILL);
    return 0;
}
