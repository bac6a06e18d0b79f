package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** File descriptors of all types: created, used, duplicated and closed. */
@Tag("live")
class LiveFdsTest {
    private static LiveEvents live;

    @TempDir
    private static Path temp;

    private static Path dir;
    private static Path program;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        Set<String> types = new TreeSet<>(Set.of(
                "pipe pipe2 eventfd eventfd2 signalfd signalfd4 timerfd_create inotify_init inotify_init1 epoll_create epoll_create1 memfd_create pidfd_open pidfd_getfd userfaultfd io_uring_setup fstat"
                        .split(" ")));
        types.addAll(Set.of(
                "read write pread pwrite readv writev preadv pwritev sendfile lseek fcntl dup dup2 dup3 close close_range"
                        .split(" ")));
        live = new LiveEvents(LiveOptions.defaults().withEventTypes(types));
        program = CProgram.compile("fds", temp);
        dir = temp.toRealPath();
        assertEquals(0, LiveEvents.run(dir, program.toString(), "kinds"));
        assertEquals(0, LiveEvents.run(dir, program.toString(), "files"));
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "eventfd2 ; event ; e ; '' ; fd=FD(<e>) flags=64(O_NONBLOCK) initval=3",
                "eventfd ; event ; e ; '' ; fd=FD(<e>) initval=5 flags=0",
                "signalfd4 ; signalfd ; s ; '' ; fd=FD(<s>) flags=4096(O_CLOEXEC) fd=-1(EPERM) mask=512",
                "timerfd_create ; timerfd ; t ; '' ; fd=FD(<t>) clockid=1 flags=0",
                "inotify_init ; inotify ; i ; '' ; fd=FD(<i>) flags=0",
                "inotify_init1 ; inotify ; i ; '' ; fd=FD(<i>) flags=4096(O_CLOEXEC)",
                "epoll_create ; eventpoll ; l ; '' ; res=FD size=9",
                "epoll_create1 ; eventpoll ; l ; '' ; res=FD flags=524288(EPOLL_CLOEXEC)",
                "memfd_create ; memfd ; m ; scratch ; fd=FD(<m>scratch) name=scratch "
                        + "flags=3(MFD_CLOEXEC|MFD_ALLOW_SEALING)",
                "pidfd_getfd ; pipe ; p ; '' ; fd=FD(<p>) pid_fd=PIDFD target_fd=5 flags=0"
            })
    void allFdTypesHaveTypeAndName(String event, String type, String letter, String name, String arguments) {
        EventSnapshot created = part("kinds", s -> s.is("evt.type", event) && s.is("evt.failed", "0"));
        assertEquals(type, created.get("fd.type"));
        assertEquals(letter, created.get("fd.typechar"));
        assertEquals(name, created.get("fd.name"));
        assertEquals(created.get("evt.rawres"), created.get("fd.num"));
        String fd = created.get("fd.num");
        String expected = arguments
                .replace("PIDFD", Integer.toString(Integer.parseInt(fd) - 1))
                .replaceFirst("^fd=FD", created.get("evt.args").startsWith("res=") ? "res=FD" : "fd=FD")
                .replace("FD(", fd + "(")
                .replaceFirst("=FD ", "=" + fd + " ");
        assertEquals(expected, created.get("evt.args"));
    }

    @Test
    void pidfdIsNamedAfterItsProcess() {
        EventSnapshot created = part("kinds", s -> s.is("evt.type", "pidfd_open"));
        assertEquals("pidfd", created.get("fd.type"));
        assertEquals("P", created.get("fd.typechar"));
        assertEquals("/proc/" + created.get("proc.pid"), created.get("fd.name"));
        assertTrue(
                created.get("evt.args").contains(" pid=" + created.get("proc.pid") + "(fds) flags=0"),
                created.get("evt.args"));
        EventSnapshot again = part("kinds", s -> s.is("evt.type", "fstat") && s.is("fd.type", "pidfd"));
        assertEquals(created.get("fd.name"), again.get("fd.name"));
    }

    @Test
    void ioUringAndUserfaultfdHaveTypes() {
        EventSnapshot ring = part("kinds", s -> s.is("evt.type", "io_uring_setup"));
        assumeTrue(ring.is("evt.failed", "0"), "io_uring is not available");
        assertEquals("io_uring", ring.get("fd.type"));
        assertEquals("r", ring.get("fd.typechar"));
        assertTrue(ring.get("evt.args").contains(" entries=4 sq_entries=4 cq_entries=8 "), ring.get("evt.args"));
        EventSnapshot fault = part("kinds", s -> s.is("evt.type", "userfaultfd"));
        assumeTrue(fault.is("evt.failed", "0"), "userfaultfd is not available");
        assertEquals("userfaultfd", fault.get("fd.type"));
    }

    @Test
    void pipeReportsBothFds() {
        EventSnapshot pipe = part("kinds", s -> s.is("evt.type", "pipe"));
        assertEquals("pipe", pipe.get("fd.type"));
        assertEquals("3", pipe.get("fd.num"));
        assertEquals("", pipe.get("fd.name"));
        assertEquals("res=0 fd1=3(<p>) fd2=4(<p>) ino=" + pipe.get("fd.ino"), pipe.get("evt.args"));
        assertTrue(part("kinds", s -> s.is("evt.type", "pipe2"))
                .get("evt.args")
                .endsWith(" flags=4160(O_NONBLOCK|O_CLOEXEC)"));
    }

    @Test
    void failedCallsReportFdAndError() {
        EventSnapshot signal = part("kinds", s -> s.is("evt.type", "signalfd4") && s.is("evt.failed", "1"));
        assertEquals("EBADF", signal.get("evt.res"));
        assertEquals("o", signal.get("fd.typechar"));
        assertEquals("(absent)", signal.get("fd.type"));
        EventSnapshot read = part("files", s -> s.is("evt.type", "read") && s.is("fd.num", "999"));
        assertEquals("", read.get("fd.name"));
        assertEquals("(absent)", read.get("fd.type"));
        assertEquals("res=-9(EBADF) data= fd=999 size=1", read.get("evt.args"));
        EventSnapshot write = part("files", s -> s.is("evt.type", "write") && s.is("evt.failed", "1"));
        assertEquals("res=-14(EFAULT) data=NULL fd=3(<f>" + dir + "/data) size=5", write.get("evt.args"));
        EventSnapshot close = part("files", s -> s.is("evt.type", "close") && s.is("fd.num", "999"));
        assertEquals("EBADF", close.get("evt.res"));
        EventSnapshot dup = part("files", s -> s.is("evt.type", "dup2"));
        assertEquals("res=-9(EBADF) oldfd=999 newfd=3", dup.get("evt.args"));
        assertEquals("999", dup.get("fd.num"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "write   | res=7 data=written fd=3(<f>FILE) size=7",
                "pwrite  | res=2 data=at fd=3(<f>FILE) size=2 pos=3",
                "writev  | res=14 data=scattered data fd=3(<f>FILE) size=14",
                "pwritev | res=14 data=scattered data fd=3(<f>FILE) size=14 pos=30",
                "lseek   | res=2 fd=3(<f>FILE) offset=2 whence=0(SEEK_SET)",
                "read    | res=5 data=iaten fd=3(<f>FILE) size=5",
                "pread   | res=43 data=riatenscattered data.........scattered data fd=3(<f>FILE) size=100 pos=1",
                "preadv  | res=44 size=104 data=wriatenscattered data.........scattered data fd=3(<f>FILE) pos=0",
                "readv   | res=44 size=104 data=wriatenscattered data.........scattered data fd=3(<f>FILE)",
                "sendfile | res=5 offset=8 out_fd=4(<m>out) in_fd=3 size=5",
                "fcntl   | res=40 fd=3(<f>FILE) cmd=1030(F_DUPFD_CLOEXEC) arg=40",
                "dup3    | res=50(<f>FILE) oldfd=3(<f>FILE) newfd=50(<f>FILE) flags=4096(O_CLOEXEC)",
                "dup     | res=5(<f>FILE) oldfd=40(<f>FILE)",
                "close   | res=0 fd=40(<f>FILE)",
                "close_range | res=0 first=50 last=60 flags=0"
            })
    void syscallsOnFilesReportParameters(String event, String arguments) {
        String expected = arguments.replace("FILE", dir + "/data");
        EventSnapshot call = part(
                "files",
                s -> s.is("evt.type", event)
                        && (s.is("fd.name", dir + "/data") || s.is("fd.name", "out") || event.equals("close_range"))
                        && (!event.equals("close") || s.is("fd.num", "40")));
        assertEquals(expected, call.get("evt.args").replace("res=40(<f>" + dir + "/data)", "res=40"));
    }

    @Test
    void fileFieldsAreIndependentOfTheSyscall() throws IOException {
        EventSnapshot read = part("files", s -> s.is("evt.type", "pread") && s.is("fd.name", dir + "/data"));
        assertEquals(dir.toString(), read.get("fd.directory"));
        assertEquals("data", read.get("fd.filename"));
        assertEquals(Files.getAttribute(dir.resolve("data"), "unix:ino").toString(), read.get("fd.ino"));
        assertEquals(Files.getAttribute(dir.resolve("data"), "unix:dev").toString(), read.get("fd.dev"));
        assertEquals("1", read.get("evt.is_io_read"));
        assertEquals("file", read.get("evt.category"));
    }

    private static EventSnapshot part(String part, Predicate<EventSnapshot> condition) {
        return live.await(s -> s.is("proc.args", part) && s.is("proc.name", "fds") && condition.test(s));
    }
}
