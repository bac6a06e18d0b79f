/* Does one operation through io_uring, without the system call that usually
 * does it: uring now|async|poll open|open2|mkdir|unlink PATH uring
 * now|async|poll rename|symlink|link OLD NEW uring now|async|poll connect|bind PORT
 * (127.0.0.1) uring now|async|poll fastopen|fastopen-send PORT uring now|async|poll socket uring now|async|poll
 * write|read|fallocate|ftruncate|fsetxattr|setxattr PATH Prints the result. "now" has the
 * kernel do it at once, "async" has a worker do it, "poll" a thread of the
 * kernel that polls the submission queue. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Operations that the headers of older systems lack. */
#define OP_FSETXATTR 41
#define OP_SETXATTR 42
#define OP_FTRUNCATE 55
#define OP_BIND 56

static void *ring(int fd, size_t size, off_t what) {
  void *at = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                  fd, what);
  if (at == MAP_FAILED) {
    perror("mmap");
    exit(2);
  }
  return at;
}

static int do_it(struct io_uring_sqe *wanted, unsigned flags) {
  struct io_uring_params params = {.flags = flags, .sq_thread_idle = 2000};
  int fd = syscall(SYS_io_uring_setup, 4, &params);
  if (fd < 0) {
    perror("io_uring_setup");
    exit(2);
  }
  char *sq =
      ring(fd, params.sq_off.array + params.sq_entries * 4, IORING_OFF_SQ_RING);
  char *cq = ring(
      fd, params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe),
      IORING_OFF_CQ_RING);
  struct io_uring_sqe *sqes =
      ring(fd, params.sq_entries * sizeof *sqes, IORING_OFF_SQES);
  sqes[0] = *wanted;
  ((unsigned *)(sq + params.sq_off.array))[0] = 0;
  __atomic_store_n((unsigned *)(sq + params.sq_off.tail), 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, fd, 1, 1,
              IORING_ENTER_GETEVENTS | IORING_ENTER_SQ_WAKEUP, 0, 0) < 0) {
    perror("io_uring_enter");
    exit(2);
  }
  while (__atomic_load_n((unsigned *)(cq + params.cq_off.tail),
                         __ATOMIC_ACQUIRE) == 0)
    syscall(SYS_io_uring_enter, fd, 0, 1, IORING_ENTER_GETEVENTS, 0, 0);
  return ((struct io_uring_cqe *)(cq + params.cq_off.cqes))[0].res;
}

int main(int argc, char **argv) {
  unsigned flags = 0;
  struct io_uring_sqe sqe = {.fd = AT_FDCWD};
  if (argc < 3)
    return 2;
  if (!strcmp(argv[1], "async"))
    sqe.flags = IOSQE_ASYNC;
  if (!strcmp(argv[1], "poll"))
    flags = IORING_SETUP_SQPOLL;
  const char *what = argv[2], *one = argc > 3 ? argv[3] : "",
             *two = argc > 4 ? argv[4] : "";
  char bytes[] = "content";
  struct open_how how = {.flags = O_RDONLY};
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct iovec part = {bytes, 7};
  struct msghdr message = {.msg_name = &address,
                           .msg_namelen = sizeof address,
                           .msg_iov = &part,
                           .msg_iovlen = 1};
  if (!strcmp(what, "open")) {
    sqe.opcode = IORING_OP_OPENAT;
    sqe.addr = (uintptr_t)one;
    sqe.open_flags = O_RDONLY;
  } else if (!strcmp(what, "open2")) {
    sqe.opcode = IORING_OP_OPENAT2;
    sqe.addr = (uintptr_t)one;
    sqe.len = sizeof how;
    sqe.off = (uintptr_t)&how;
  } else if (!strcmp(what, "mkdir")) {
    sqe.opcode = IORING_OP_MKDIRAT;
    sqe.addr = (uintptr_t)one;
    sqe.len = 0750;
  } else if (!strcmp(what, "unlink")) {
    sqe.opcode = IORING_OP_UNLINKAT;
    sqe.addr = (uintptr_t)one;
  } else if (!strcmp(what, "rename") || !strcmp(what, "link")) {
    sqe.opcode = *what == 'r' ? IORING_OP_RENAMEAT : IORING_OP_LINKAT;
    sqe.addr = (uintptr_t)one;
    sqe.len = AT_FDCWD;
    sqe.off = (uintptr_t)two;
  } else if (!strcmp(what, "symlink")) {
    sqe.opcode = IORING_OP_SYMLINKAT;
    sqe.addr = (uintptr_t)one;
    sqe.off = (uintptr_t)two;
  } else if (!strcmp(what, "connect") || !strcmp(what, "bind")) {
    address.sin_port = htons(atoi(one));
    sqe.opcode = *what == 'c' ? IORING_OP_CONNECT : OP_BIND;
    sqe.fd = socket(AF_INET, SOCK_STREAM, 0);
    sqe.addr = (uintptr_t)&address;
    sqe.off = sizeof address;
  } else if (!strcmp(what, "fastopen")) {
    address.sin_port = htons(atoi(one));
    sqe.opcode = IORING_OP_SENDMSG;
    sqe.fd = socket(AF_INET, SOCK_STREAM, 0);
    sqe.addr = (uintptr_t)&message;
    sqe.len = 1;
    sqe.msg_flags = MSG_FASTOPEN;
  } else if (!strcmp(what, "fastopen-send")) {
    address.sin_port = htons(atoi(one));
    sqe.opcode = IORING_OP_SEND;
    sqe.fd = socket(AF_INET, SOCK_STREAM, 0);
    sqe.addr = (uintptr_t)bytes;
    sqe.len = 7;
    sqe.msg_flags = MSG_FASTOPEN;
    sqe.off = (uintptr_t)&address;
    /* the length of the address, in a union that older headers lack */
    *((unsigned short *)&sqe.splice_fd_in) = sizeof address;
  } else if (!strcmp(what, "socket")) {
    sqe.opcode = IORING_OP_SOCKET;
    sqe.fd = AF_INET;
    sqe.off = SOCK_DGRAM;
  } else if (!strcmp(what, "write") || !strcmp(what, "read") ||
             !strcmp(what, "fallocate") || !strcmp(what, "ftruncate") ||
             !strcmp(what, "fsetxattr")) {
    sqe.fd = open(one, O_RDWR | O_CREAT, 0600);
    sqe.opcode = *what == 'w'             ? IORING_OP_WRITE
                 : *what == 'r'           ? IORING_OP_READ
                 : !strcmp(what, "fallocate") ? IORING_OP_FALLOCATE
                 : !strcmp(what, "ftruncate") ? OP_FTRUNCATE
                                              : OP_FSETXATTR;
    if (*what == 'w' || *what == 'r') {
      sqe.addr = (uintptr_t)bytes;
      sqe.len = 7;
    } else if (sqe.opcode == IORING_OP_FALLOCATE) {
      sqe.addr = 4096; /* the length */
    } else if (sqe.opcode == OP_FTRUNCATE) {
      sqe.off = 3; /* the length */
    } else {
      sqe.addr = (uintptr_t) "user.tiercel";
      sqe.off = (uintptr_t)bytes;
      sqe.len = 7;
    }
  } else if (!strcmp(what, "setxattr")) {
    sqe.opcode = OP_SETXATTR;
    sqe.addr = (uintptr_t) "user.tiercel";
    sqe.off = (uintptr_t)bytes;
    sqe.len = 7;
    sqe.addr3 = (uintptr_t)one;
  } else {
    return 2;
  }
  printf("%d\n", do_it(&sqe, flags));
  return 0;
}
