/* Races against the capture: a second thread changes the arguments of a
 * syscall, or replaces the opened file, during the call. Prints how many calls
 * took effect. Usage: races ATTACK FOLDER TRIES */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static char secret[256], harmless[256], text[256];
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

/* Waits until the main thread waits in a call. */
static void await_waiting_call(void) {
  char path[64], call[8] = "running";
  snprintf(path, sizeof path, "/proc/self/task/%d/syscall", getpid());
  while (!strncmp(call, "running", 7)) {
    int fd = open(path, O_RDONLY);
    if (read(fd, call, sizeof call) <= 0)
      exit(4);
    close(fd);
  }
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
  char source[300];
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
  if (count != 4)
    return 2;
  const char *attack = arguments[1], *folder = arguments[2];
  int tries = atoi(arguments[3]), done = 0;
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
    char link[300];
    snprintf(link, sizeof link, "%s/link", folder);
    create(secret);
    unlink(link);
    if (symlink(secret, link))
      return 3;
    done = opens(tries, strcmp(attack, "replace-link") ? secret : link);
  }
  stopped = 1;
  printf("%d\n", done);
  return 0;
}
