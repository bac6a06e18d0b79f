/* Creates a chain of folders in the working directory, one step at a time, so
 * that no path is passed that is longer than the kernel accepts: deep COUNT.
 * In the last folder, "secret" is opened, "made" is created as a folder, and
 * the program starts a copy of itself as "./prog end". */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc != 2)
    return 2;
  if (!strcmp(argv[1], "end"))
    return 0;
  for (int left = atoi(argv[1]); left > 0; left--)
    if (mkdir("d", 0755) || chdir("d"))
      return 3;
  if (open("secret", O_CREAT | O_WRONLY, 0600) < 0 || mkdir("made", 0750))
    return 4;
  int from = open("/proc/self/exe", O_RDONLY),
      to = open("prog", O_CREAT | O_WRONLY, 0755);
  struct stat self;
  fstat(from, &self);
  if (sendfile(to, from, 0, self.st_size) != self.st_size)
    return 5;
  close(to);
  execl("./prog", "prog", "end", (char *)0);
  return 6;
}
