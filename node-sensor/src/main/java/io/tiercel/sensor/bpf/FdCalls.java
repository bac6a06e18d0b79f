package io.tiercel.sensor.bpf;

import java.util.HashMap;
import java.util.Map;

/**
 * The system calls whose record is a {@code RECORD_FD}: what fd they work on, and which of the record's numbers their
 * parameters are (bpf/fds.h says what the numbers hold).
 *
 * <p>A line is a call's x86-64 number, the name of its event, and {@code parameter=number}, followed by the table of
 * names if the number has some. Parameters that are no such number are left out: their values have a meaning of their own.
 */
public final class FdCalls {
    private static final String CALLS = """
            0 read fd=0 size=2
            1 write fd=0 size=2
            3 close fd=0
            5 fstat fd=0
            8 lseek fd=0 offset=1 whence=2:whence
            16 ioctl fd=0 request=1 argument=2
            17 pread fd=0 size=2 pos=3
            18 pwrite fd=0 size=2 pos=3
            19 readv fd=0 size=6
            20 writev fd=0 size=6
            22 pipe fd1=4 fd2=5
            32 dup oldfd=0
            33 dup2 oldfd=0 newfd=1
            40 sendfile out_fd=0 in_fd=1 offset=2 size=3
            41 socket domain=0:domain type=1 proto=2 flags=1:socket
            42 connect fd=0
            43 accept queuelen=4 queuemax=5
            44 sendto fd=0 size=2
            45 recvfrom fd=0 size=2
            46 sendmsg fd=0 size=6
            47 recvmsg fd=0 size=6
            48 shutdown fd=0 how=1:shutdown
            49 bind fd=0
            50 listen fd=0 backlog=1
            51 getsockname
            52 getpeername
            53 socketpair fd1=4 fd2=5 domain=0:domain type=1 proto=2
            54 setsockopt fd=0 level=1:level optname=2:option optlen=4
            55 getsockopt fd=0 level=1:level optname=2:option optlen=5
            72 fcntl fd=0 cmd=1:fcntl arg=2
            73 flock fd=0 operation=1:flock
            78 getdents fd=0
            91 fchmod fd=0 mode=1
            93 fchown fd=0 uid=1 gid=2
            213 epoll_create size=0
            217 getdents64 fd=0
            253 inotify_init
            275 splice fd_in=0 fd_out=2 size=4 flags=5:splice
            282 signalfd fd=0 mask=1
            283 timerfd_create clockid=0 flags=1
            284 eventfd initval=0
            288 accept4 queuelen=4 queuemax=5 flags=3
            289 signalfd4 fd=0 mask=1 flags=3:open
            290 eventfd2 initval=0 flags=1:open
            291 epoll_create1 flags=0:epoll
            292 dup3 oldfd=0 newfd=1 flags=2:open
            293 pipe2 fd1=4 fd2=5 flags=1:open
            294 inotify_init1 flags=0:open
            295 preadv fd=0 size=6 pos=3
            296 pwritev fd=0 size=6 pos=3
            299 recvmmsg fd=0 size=6
            307 sendmmsg fd=0 size=6
            308 setns fd=0 nstype=1:clone
            313 finit_module fd=0 flags=2:finit_module
            319 memfd_create flags=1:memfd
            321 bpf cmd=0:bpf
            323 userfaultfd flags=0:open
            326 copy_file_range fdin=0 offin=1 fdout=2 offout=3 len=4
            425 io_uring_setup entries=0 sq_entries=1 cq_entries=2 flags=3:uring sq_thread_cpu=4 sq_thread_idle=5 features=6:uringfeature
            426 io_uring_enter fd=0 to_submit=1 min_complete=2 flags=3:uringenter sig=4
            427 io_uring_register fd=0 opcode=1:uringregister arg=2 nr_args=3
            434 pidfd_open pid=0 flags=1:pidfd
            436 close_range first=0 last=1 flags=2:closerange
            438 pidfd_getfd pid_fd=0 target_fd=1 flags=2
            """;

    private static final int LIMIT = 512;

    @SuppressWarnings("unchecked")
    private static final Map<String, Slot>[] SLOTS = new Map[LIMIT];

    static {
        CALLS.lines().forEach(FdCalls::read);
    }

    /**
     * Where a parameter's value lies.
     *
     * @param number which of the record's numbers
     * @param names table of names for it; empty if it is only a number
     */
    public record Slot(int number, String names) {
        static final Slot NONE = new Slot(-1, "");
    }

    private FdCalls() {}

    static boolean has(int number) {
        return number >= 0 && number < LIMIT && SLOTS[number] != null;
    }

    /** Where a parameter of a call lies; a slot with number -1 if it is none of the record's numbers. */
    public static Slot slot(int call, String parameter) {
        return has(call) ? SLOTS[call].getOrDefault(parameter, Slot.NONE) : Slot.NONE;
    }

    private static void read(String line) {
        String[] words = line.split(" ");
        Map<String, Slot> slots = new HashMap<>();
        for (int i = 2; i < words.length; i++) {
            String[] parts = words[i].split("[=:]");
            slots.put(parts[0], new Slot(Integer.parseInt(parts[1]), parts.length > 2 ? parts[2] : ""));
        }
        int number = Integer.parseInt(words[0]);
        SLOTS[number] = slots;
    }
}
