/* Makes system calls of i386 with int 0x80, for LiveSyscallsTest; ends with a signal where the kernel has none. */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __x86_64__
static long call(long number, long a, long b, long c, long d) {
    long result;
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(0)
                     : "memory", "r8", "r9", "r10", "r11");
    return result;
}

int main(void) {
    /* below 4 GiB, where a pointer has 32 bits */
    char *low = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
    if (low == MAP_FAILED)
        return 1;
    long name = (long)strcpy(low, "f32");
    int32_t *words = (int32_t *)(low + 64);
    call(5, name, O_CREAT | O_RDWR, 0600, 0);  /* open */
    call(15, name, 0711, 0, 0);                /* chmod */
    call(306, AT_FDCWD, name, 0700, 0);        /* fchmodat */
    call(212, name, 11, 12, 0);                /* chown32 */
    call(22, name, 0, 0, 0);                   /* umount */
    call(213, 0, 0, 0, 0);                     /* setuid32 */
    words[0] = 70;
    words[1] = 80;
    call(75, 4, (long)words, 0, 0);            /* setrlimit */
    words[0] = 99;
    words[1] = 7;
    call(102, 4, (long)words, 0, 0);           /* socketcall: listen */
    call(11, (long)strcpy(low, "/no/such"), 0, 0, 0); /* execve */
    return 0;
}
#else
int main(void) {
    return 1;
}
#endif
