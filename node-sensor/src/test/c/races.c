/* Races against the capture: a second thread changes the arguments of a
 * syscall, or replaces the opened file, during the call. Prints how many calls
 * took effect. With SLEEPERS, so many threads of another user sleep in calls
 * meanwhile. Usage: races ATTACK FOLDER TRIES [SLEEPERS] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char secret[1024], harmless[1024], text[1024];
static size_t length;
static atomic_int running, stopped;
static int replacement, expected;
static struct sockaddr_in real, shown, address;

static void spin(int rounds) {
  for (volatile int i = 0; i < rounds; i++)
    ;
}

/* Writes the harmless text over the other one, once for each call. */
static void *overwrite(void *unused) {
  for (unsigned seed = 1; !stopped; seed = seed * 1103515245 + 12345) {
    if (!running)
      continue;
    spin((seed >> 16) % 100);
    memcpy(text, harmless, length);
    memcpy(&address, &shown, sizeof address);
    running = 0;
  }
  return unused;
}

/* Switches between the texts all the time, so that the entry and the exit of a
 * call often show the same one. */
static void *flip(void *unused) {
  unsigned rounds = 0;
  while (!stopped) {
    memcpy(text, harmless, length);
    spin(5);
    memcpy(text, secret, length);
    spin(5);
    if (++rounds % 4096 == 0)
      sched_yield();
  }
  return unused;
}

/* Returns true if a thread waits in the call of this number; -1: in any. */
static bool is_waiting(int thread, int number) {
  char path[64], call[9] = "";
  snprintf(path, sizeof path, "/proc/self/task/%d/syscall", thread);
  int fd = open(path, O_RDONLY);
  if (read(fd, call, sizeof call - 1) <= 0)
    exit(4);
  close(fd);
  return number < 0 ? strncmp(call, "running", 7) : atoi(call) == number;
}

/* Waits until the main thread waits in a call. */
static void await_waiting_call(void) {
  while (!is_waiting(getpid(), -1))
    ;
}

static atomic_int sleeper;

/* Waits for the other end of a pipe. */
static void *sleep_in_open(void *pipe) {
  sleeper = syscall(SYS_gettid);
  close(open(pipe, O_RDONLY));
  return 0;
}

/* Starts a process of another user whose threads sleep in opens of a pipe. */
static pid_t start_sleepers(const char *folder, int count) {
  static char path[sizeof secret];
  snprintf(path, sizeof path, "%s/sleepers", folder);
  int ready[2];
  if (mkfifo(path, 0600) || pipe(ready))
    exit(5);
  pid_t parent = getpid(), child = fork();
  if (child) {
    char asleep;
    close(ready[1]);
    if (read(ready[0], &asleep, 1) != 1)
      exit(6);
    return child;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent || setreuid(1 << 20, -1)) /* still root for files */
    _exit(7);
  for (int i = 0; i < count; i++) {
    pthread_t thread;
    sleeper = 0;
    if (pthread_create(&thread, 0, sleep_in_open, path))
      _exit(8);
    while (!sleeper || !is_waiting(sleeper, SYS_openat))
      usleep(100);
  }
  if (write(ready[1], "", 1) != 1)
    _exit(9);
  for (;;)
    pause();
}

/* Writes the harmless path over the other one while the kernel waits for the
 * other end of a pipe, and then opens that end. */
static void *overwrite_waiting(void *unused) {
  while (!stopped) {
    if (!running)
      continue;
    await_waiting_call();
    memcpy(text, harmless, length);
    close(open(secret, O_WRONLY));
    running = 0;
  }
  return unused;
}

/* Puts another file in the place of the one that is being opened. */
static void *replace(void *unused) {
  for (unsigned seed = 1; !stopped; seed = seed * 1103515245 + 12345) {
    if (!running)
      continue;
    spin((seed >> 16) % 400);
    dup2(replacement, expected);
    running = 0;
  }
  return unused;
}

static void create(const char *path) {
  close(open(path, O_CREAT | O_WRONLY, 0600));
}

static void await_thread(void) {
  while (running)
    ;
}

/* Without an overwriting thread, tries until enough calls took effect. */
static int unlinks(int tries, int overwritten) {
  int done = 0;
  for (int i = 0; overwritten ? i < tries : done < tries && i < 500000; i++) {
    create(secret);
    if (overwritten)
      memcpy(text, secret, length);
    running = overwritten;
    unlink(text);
    done += access(secret, F_OK) != 0;
    await_thread();
    if (!overwritten && i % 256 == 255)
      sched_yield();
  }
  return done;
}

static int renames(int tries) {
  int done = 0;
  char source[sizeof secret + 4];
  snprintf(source, sizeof source, "%s.new", secret);
  for (int i = 0; i < tries; i++) {
    create(source);
    memcpy(text, secret, length);
    running = 1;
    rename(source, text);
    done += access(secret, F_OK) == 0;
    await_thread();
    unlink(secret);
  }
  return done;
}

static int opens(int tries, const char *path) {
  int done = 0;
  replacement = dup2(open("/etc/hostname", O_RDONLY | O_CLOEXEC), 100);
  for (int i = 0; i < tries; i++) {
    running = 1;
    int fd = open(path, O_RDONLY);
    await_thread();
    done += fd == expected;
    close(fd);
    close(expected);
  }
  return done;
}

static int open_pipes(int tries) {
  int done = 0;
  if (mkfifo(secret, 0600))
    return 0;
  for (int i = 0; i < tries; i++) {
    memcpy(text, secret, length);
    running = 1;
    int fd = open(text, O_RDONLY);
    done += fd >= 0;
    await_thread();
    close(fd);
  }
  return done;
}

/* Connects to a listener that has only one of the two addresses. */
static int connects(int tries) {
  int done = 0, listener = socket(AF_INET, SOCK_STREAM, 0);
  socklen_t size = sizeof real;
  real.sin_port = 0;
  if (bind(listener, (struct sockaddr *)&real, size) || listen(listener, 64))
    return 0;
  getsockname(listener, (struct sockaddr *)&real, &size);
  shown.sin_port = real.sin_port;
  for (int i = 0; i < tries; i++) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    memcpy(&address, &real, sizeof address);
    running = 1;
    if (!connect(s, (struct sockaddr *)&address, sizeof address)) {
      done++;
      close(accept(listener, 0, 0));
    }
    await_thread();
    close(s);
  }
  return done;
}

int main(int count, char **arguments) {
  if (count != 4 && count != 5)
    return 2;
  const char *attack = arguments[1], *folder = arguments[2];
  int tries = atoi(arguments[3]), done = 0;
  pid_t sleepers =
      count == 5 ? start_sleepers(folder, atoi(arguments[4])) : 0;
  bool pipes = !strcmp(attack, "open-pipe");
  length = snprintf(secret, sizeof secret, "%s/%s", folder,
                    pipes ? "a-pipe" : "secret") +
           1;
  snprintf(harmless, sizeof harmless, "%s/public", folder);
  real = (struct sockaddr_in){.sin_family = AF_INET,
                              .sin_port = htons(9),
                              .sin_addr.s_addr = inet_addr("127.0.9.9")};
  shown = (struct sockaddr_in){.sin_family = AF_INET,
                               .sin_port = htons(9),
                               .sin_addr.s_addr = inet_addr("127.0.0.1")};
  expected = dup(0);
  close(expected);
  pthread_t thread;
  void *(*change)(void *) = overwrite;
  if (!strcmp(attack, "flip"))
    change = flip;
  else if (pipes)
    change = overwrite_waiting;
  else if (!strncmp(attack, "replace", 7))
    change = replace;
  pthread_create(&thread, 0, change, 0);
  if (!strcmp(attack, "unlink") || !strcmp(attack, "flip")) {
    done = unlinks(tries, attack[0] == 'u');
  } else if (!strcmp(attack, "rename")) {
    done = renames(tries);
  } else if (pipes) {
    done = open_pipes(tries);
  } else if (!strcmp(attack, "connect")) {
    done = connects(tries);
  } else {
    char link[sizeof secret + 5];
    snprintf(link, sizeof link, "%s/link", folder);
    create(secret);
    unlink(link);
    if (symlink(secret, link))
      return 3;
    done = opens(tries, strcmp(attack, "replace-link") ? secret : link);
  }
  stopped = 1;
  if (sleepers)
    kill(sleepers, SIGKILL);
  printf("%d\n", done);
  return 0;
}
