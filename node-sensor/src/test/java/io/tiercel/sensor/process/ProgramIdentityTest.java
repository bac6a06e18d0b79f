package io.tiercel.sensor.process;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ProgramIdentityTest {
    private static final String CONTAINER = "/docker/" + "a1".repeat(32);
    private static final int HOST = EXEC_HOST_MOUNTS | EXEC_HOST_DISK | EXEC_HOST_USERS | EXEC_HOST_OWNED;
    private static final int IMAGE = FILE_LOWER_LAYER | EXEC_HOST_USERS | EXEC_HOST_OWNED;
    private static final int OWNER_ROOT = 0;
    private static final int MODE = 0100755;
    private static final int CGROUP = 7;

    private final RecordView view = new RecordView();
    private final NodeState state = new NodeState(record -> StandardFds.Fd.UNKNOWN);

    private void apply(RecordBuilder builder) {
        byte[] bytes = builder.build();
        assertEquals(true, view.wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length));
        state.apply(view);
    }

    private static RecordBuilder exec(int kind, String path, int flags, String arguments, String environment) {
        return new RecordBuilder(kind)
                .header(HEADER_TGID, 5)
                .body(EXEC_VPID, 5)
                .body(EXEC_FILE_FLAGS, flags)
                .body(EXEC_EXE_UID, OWNER_ROOT)
                .body(EXEC_EXE_MODE, MODE)
                .name(path)
                .name("/")
                .text(arguments)
                .text(environment);
    }

    private static RecordBuilder exec(String path, int flags) {
        return exec(RECORD_EXEC, path, flags, "x\0", "A=b\0").text(path);
    }

    private String identity() {
        ProcessInfo process = Objects.requireNonNull(state.process(5));
        return process.trust() + " " + process.trustedName();
    }

    private void enterContainer() {
        apply(new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_CGROUP_ID, (long) CGROUP)
                .text(CONTAINER));
    }

    @Test
    void programOfTheHostIsTrusted() {
        apply(exec("/usr/sbin/sshd", HOST));
        assertEquals("host sshd", identity());
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/sbin/sshd, 2048, host sshd", // a service with mounts of its own: HOST_OWNED and HOST_USERS are added
        // below
        "/tmp/sshd, 3584, none null",
        "/usr/sbin/sshd, 24064, none null", // EXEC_UNLINKED
        "/usr/sbin/sshd, 3592, none null", // FILE_MEMFD
        "/usr/sbin/sshd, 1536, none null", // a user namespace of its own
    })
    void locationAndNamespaceDecideOnTheHost(String path, int flags, String expected) {
        apply(exec(path, flags | EXEC_HOST_OWNED));
        assertEquals(expected, identity());
    }

    @Test
    void cutPathIsNotTrusted() {
        enterContainer();
        apply(exec(".../sshd", IMAGE)
                .header(HEADER_CGROUP_ID, (long) CGROUP)
                .header(HEADER_MARKS, MARK_NAME_0_TRUNCATED));
        assertEquals("none null", identity());
    }

    @Test
    void treeOfAnImageOutsideContainersIsThatOfTheImage() {
        apply(exec("/usr/bin/dpkg", IMAGE).body(EXEC_VPID, 2));
        assertEquals("image dpkg", identity());
        apply(exec("/usr/bin/dpkg", IMAGE & ~FILE_LOWER_LAYER | FILE_UPPER_LAYER)
                .body(EXEC_VPID, 2));
        assertEquals("none null", identity());
    }

    @Test
    void ownerAndModeDecide() {
        apply(exec("/usr/bin/dpkg", HOST).body(EXEC_EXE_UID, 1000));
        assertEquals("none null", identity());
        apply(exec("/usr/bin/dpkg", HOST).body(EXEC_EXE_MODE, 0100775));
        assertEquals("none null", identity());
        apply(exec("/usr/bin/dpkg", HOST & ~EXEC_HOST_OWNED));
        assertEquals("none null", identity());
    }

    @Test
    void imageFilesAreTrustedUntilTheyAreWritten() {
        enterContainer();
        apply(exec("/app/server", IMAGE).header(HEADER_CGROUP_ID, (long) CGROUP));
        assertEquals("image server", identity());
        apply(exec("/usr/sbin/sshd", IMAGE & ~FILE_LOWER_LAYER | FILE_UPPER_LAYER)
                .header(HEADER_CGROUP_ID, (long) CGROUP));
        assertEquals("none null", identity());
        apply(exec("/usr/sbin/sshd", IMAGE | EXEC_FILE_MOUNT).header(HEADER_CGROUP_ID, (long) CGROUP));
        assertEquals("none null", identity());
        apply(exec("/usr/sbin/sshd", EXEC_HOST_DISK | EXEC_HOST_USERS | EXEC_HOST_OWNED)
                .header(HEADER_CGROUP_ID, (long) CGROUP));
        assertEquals("none null", identity(), "a volume of the host's disk");
    }

    @Test
    void runtimeKeepsItsIdentityWhenItExecutesACopyOfItself() {
        apply(exec("/usr/bin/runc", HOST));
        apply(exec("/memfd:runc_cloned:/proc/self/exe", EXEC_HOST_USERS | FILE_MEMFD | EXEC_UNLINKED));
        assertEquals("host runc", identity());
        apply(exec("/runc", HOST & ~EXEC_HOST_DISK | FILE_LOWER_LAYER));
        assertEquals("host runc", identity());
        apply(exec("/runc", IMAGE)); // the program of a container
        assertEquals("none null", identity());
        apply(exec("/memfd:runc_cloned:/proc/self/exe", EXEC_HOST_USERS | FILE_MEMFD | EXEC_UNLINKED));
        assertEquals("none null", identity());
    }

    @ParameterizedTest
    @CsvSource({
        "--root|/run/runc|--log=/log|create|--bundle|/b|id, host runc",
        "--systemd-cgroup|create|id, host runc",
        "create|id, host runc",
        "exec|--detach|id, none null",
        "run|create, none null",
        "--log|create|exec|id, none null",
        "--unknown|create|exec|id, none null",
        "--debug, none null",
    })
    void copyOfRuncIsTrustedInProcWhileRuncCreatesTheContainer(String arguments, String expected) {
        String copy = "/memfd:runc_cloned:/proc/self/exe";
        creator("/usr/bin/runc", HOST, arguments);
        apply(found(copy, FILE_MEMFD | EXEC_UNLINKED));
        assertEquals(expected, identity());
    }

    @Test
    void onlyCopiesOfATrustedRuncAreTrustedInProc() {
        creator("/usr/bin/runc", HOST, "create|id");
        apply(found("/runc", FILE_LOWER_LAYER));
        assertEquals("host runc", identity());
        apply(exec("/app/server", FILE_LOWER_LAYER)); // the first program of the container
        assertEquals("none null", identity());
        apply(found("/tmp/hook", 0).body(EXEC_START_NS, 1_000_000_000L));
        assertEquals("none null", identity(), "a hook of the machine");
        creator("/tmp/runc", HOST, "create|id");
        apply(found("/memfd:x", FILE_MEMFD | EXEC_UNLINKED).body(EXEC_START_NS, 2_000_000_000L));
        assertEquals("none null", identity(), "the parent is not the machine's runc");
        creator("/usr/bin/conmon", HOST, "create|id");
        apply(found("/memfd:x", FILE_MEMFD | EXEC_UNLINKED).body(EXEC_START_NS, 3_000_000_000L));
        assertEquals("none null", identity(), "the parent is another runtime");
    }

    /** Executes the parent of the process. */
    private void creator(String path, int flags, String arguments) {
        apply(exec(RECORD_EXEC, path, flags, "runc|".concat(arguments).replace('|', '\0'), "A=b\0")
                .header(HEADER_TGID, 4)
                .body(EXEC_VPID, 4)
                .text(path));
    }

    private static RecordBuilder found(String path, int flags) {
        return exec(RECORD_PROCESS, path, flags, "runc\0init\0", "").body(EXEC_PPID, 4);
    }

    @Test
    void scriptOfTheHostHasItsOwnName() {
        apply(exec(RECORD_EXEC, "/usr/bin/perl", HOST | EXEC_SCRIPT, "perl\0/usr/sbin/adduser\0", "A=b\0")
                .text("/usr/sbin/adduser"));
        assertEquals("host adduser", identity());
        apply(exec(RECORD_EXEC, "/usr/bin/perl", HOST | EXEC_SCRIPT, "perl\0./adduser\0", "A=b\0")
                .text("./adduser"));
        assertEquals("host perl", identity());
        apply(exec(RECORD_EXEC, "/usr/bin/perl", HOST | EXEC_SCRIPT, "perl\0x\0", "A=b\0")
                .text("/usr/sbin/../../tmp/adduser"));
        assertEquals("host perl", identity());
        apply(exec(RECORD_EXEC, "/usr/bin/perl", HOST | EXEC_SCRIPT, "perl\0x\0", "PERL5OPT=-Mevil\0")
                .text("/usr/sbin/adduser"));
        assertEquals("none null", identity());
    }

    @Test
    void functionOfBusyboxIsThatOfItsFirstArgument() {
        apply(exec(RECORD_EXEC, "/bin/busybox", HOST, "-sh\0", "A=b\0").text("/tmp/passwd"));
        assertEquals("host sh", identity());
        state.process(5);
    }

    @ParameterizedTest
    @CsvSource({
        "LD_PRELOAD=/tmp/x.so, none null",
        "LD_AUDIT=/tmp/x.so, none null",
        "LD_LIBRARY_PATH=/tmp, none null",
        "OLD_PRELOAD=x, host sshd"
    })
    void variablesOfTheLoaderEndTheTrust(String variable, String expected) {
        apply(exec(RECORD_EXEC, "/usr/sbin/sshd", HOST, "sshd\0", "A=b\0" + variable + "\0")
                .text("/usr/sbin/sshd"));
        assertEquals(expected, identity());
        apply(exec(RECORD_EXEC, "/usr/sbin/sshd", HOST, "sshd\0", variable + "\0A=b\0")
                .text("/usr/sbin/sshd"));
        assertEquals(expected, identity());
    }

    @Test
    void cutEnvironmentEndsTheTrust() {
        String cut = "A".repeat(TEXT_LIMIT);
        apply(exec(RECORD_EXEC, "/usr/sbin/sshd", HOST, "sshd\0", cut));
        assertEquals("host sshd", identity(), "no variable of the loader is behind the cut");
        apply(exec(RECORD_EXEC, "/usr/sbin/sshd", HOST, "sshd\0", cut + "\0LD_PRELOAD=x"));
        assertEquals("none null", identity(), "appended by the kernel");
        apply(exec(RECORD_EXEC, "/usr/sbin/sshd", HOST | EXEC_ENVIRONMENT_CUT, "sshd\0", cut));
        assertEquals("none null", identity(), "too long for the kernel, too");
        apply(exec(RECORD_EXEC, "/usr/bin/perl", HOST | EXEC_SCRIPT, "perl\0", cut));
        assertEquals("none null", identity(), "variables of the interpreter may be behind the cut");
        int sudo = HOST | EXEC_ENVIRONMENT_CUT;
        apply(exec(RECORD_EXEC, "/usr/bin/sudo", sudo, "sudo\0", cut).body(EXEC_EXE_MODE, 0104755));
        assertEquals("none null", identity(), "root starts a setuid program of root");
        apply(exec(RECORD_EXEC, "/usr/bin/sudo", sudo | EXEC_SECURE, "sudo\0", cut)
                .body(EXEC_EXE_MODE, 0104755));
        assertEquals("host sudo", identity(), "the loader ignores its variables");
    }

    @Test
    void processFoundAtTheStartIsTrustedAndOneFoundLaterIsNot() {
        apply(exec(RECORD_PROCESS, "/usr/sbin/sshd", HOST, "sshd\0", "A=b\0").text("/"));
        assertEquals("host sshd", identity());
        apply(exec(RECORD_PROCESS, "/usr/sbin/cron", HOST, "cron\0", "A=b\0")
                .text("/")
                .header(HEADER_TIME_NS, 9L)
                .body(EXEC_EXE_INO, 8L));
        assertEquals("none null", identity(), "the exec was lost");
    }
}
