package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.rules.load.RuleLoader;
import io.tiercel.rules.load.RuleSource;
import io.tiercel.rules.match.IpAddressParser;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.bpf.record.RecordView;
import io.tiercel.sensor.detect.FileNameMode;
import io.tiercel.sensor.detect.RuleDetector;
import io.tiercel.sensor.event.SensorEvent;
import io.tiercel.sensor.fields.FdDescription;
import io.tiercel.sensor.process.NodeState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;

/** Checks that the disjuncts of a matching rule always survive. */
@Tag("unit")
class PrefilterPropertiesTest {
    private static final int PID = 100;
    private static final long CGROUP = 7;
    private static final int DEVICE = 254 << 20;
    private static final int O_CREAT = 0100;
    private static final String CONTAINER =
            "/system.slice/docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope";

    private static final List<String> PATHS = List.of(
            "/",
            "/etc",
            "/etc/shadow",
            "/etc/shadow-",
            "/etc/ssh/key",
            "/etcetera",
            "/root/.ssh/id_rsa",
            "/tmp/x",
            "/a../b",
            "/var/run/x",
            "/run/x",
            "/home/u/.bashrc",
            "/x/bashrc",
            "/host/etc/shadow",
            "/proc/self/fd/1");
    private static final List<String> PATH_ARGUMENTS = List.of(
            "shadow",
            "./shadow",
            "../etc/shadow",
            "/etc/../etc/shadow",
            "//etc//shadow",
            "/etc/shadow/",
            "..",
            "../x",
            "/tmp/../root/.ssh/id_rsa",
            "x",
            "/a..//b",
            ".bashrc");
    private static final List<String> COMMS = List.of("cat", "sshd", "sh", "a-name-of-15-by", "");
    private static final List<String> CHECKS = List.of(
            "evt.res = SUCCESS",
            "evt.res = EACCES",
            "evt.res in (ENOENT, EPERM)",
            "evt.res startswith E",
            "evt.rawres >= 0",
            "evt.rawres < -1",
            "evt.rawres in (0, 1, 2)",
            "evt.rawres != 3",
            "evt.failed = true",
            "evt.res != SUCCESS",
            "fd.num >= 0",
            "fd.num = -1",
            "fd.num > 4",
            "evt.is_open_read = true",
            "evt.is_open_write = true",
            "evt.is_open_read != true",
            "fd.typechar = 'f'",
            "fd.typechar = d",
            "fd.type = file",
            "fd.type != directory",
            "evt.arg.flags contains O_TRUNC",
            "evt.arg.flags icontains o_creat",
            "evt.arg.flags exists",
            "evt.is_open_create = true",
            "evt.is_open_exec = true",
            "evt.is_open_exec = false",
            "evt.is_open_create != true",
            "fd.name = /etc/shadow",
            "fd.name != /etc/shadow",
            "fd.name in (/etc/shadow, /tmp/x, \"\")",
            "fd.name startswith /etc",
            "fd.name startswith /etc/",
            "fd.name startswith /root/.ssh",
            "fd.name endswith shadow",
            "fd.name endswith /.ssh/id_rsa",
            "fd.name contains ssh",
            "fd.name glob '/etc/*'",
            "fd.name glob '*rc'",
            "fd.name glob '/home/*/.bash*'",
            "fd.name glob ?etc",
            "fd.name iglob '/ETC/*'",
            "fd.name pmatch (/etc, /var)",
            "fd.name pmatch ('/etc/s*')",
            "fd.name pmatch (/)",
            "fd.name startswith anyof (/etc/sh, /tmp)",
            "fd.name endswith oneof (w, x)",
            "fd.name regex '.*'",
            "fd.name exists",
            "fd.directory = /etc",
            "fd.directory = /",
            "fd.directory in (/etc, /root/.ssh)",
            "fd.directory startswith /etc",
            "fd.directory != /tmp",
            "fd.filename = shadow",
            "fd.filename in (x, bashrc)",
            "fd.filename endswith rc",
            "fd.filename exists",
            "fd.nameraw contains '../'",
            "fd.nameraw glob '*../*'",
            "fd.nameraw startswith ..",
            "fd.nameraw = ../x",
            "tolower(fd.name) = /etc/shadow",
            "basename(fd.name) = shadow",
            "proc.name = cat",
            "proc.name != cat",
            "proc.name in (cat, sshd)",
            "proc.name startswith ss",
            "proc.name = a-name-of-15-bytes",
            "proc.name exists",
            "tolower(proc.name) = cat",
            "proc.name = val(proc.name)",
            "proc.pname = sh",
            "proc.cmdline contains x",
            "proc.pname exists",
            "proc.aname = sh",
            "proc.aname[2] in (sh, systemd)",
            "proc.exepath startswith /usr",
            "toupper(proc.pname) = SH",
            "proc.pname = val(proc.name)",
            "user.uid = 0",
            "user.uid != 0",
            "user.uid in (0, 1000)",
            "user.uid > 999",
            "user.name = root",
            "container.id = host",
            "container.id != host",
            "container.id in (host, x)",
            "container.id startswith h",
            "container.name = host",
            "container.image.repository exists",
            "container.privileged = true",
            "fd.typechar in (4, 6)",
            "fd.typechar = u",
            "fd.type in (ipv4, ipv6)",
            "fd.sockfamily = ip",
            "fd.sockfamily exists",
            "fd.l4proto = tcp",
            "fd.l4proto != tcp",
            "fd.l4proto in (udp, icmp)",
            "fd.sport = 80",
            "fd.sport != 80",
            "fd.sport in (22, 443, 1)",
            "fd.sport > 1000",
            "fd.sport exists",
            "fd.port = 80",
            "fd.cport = 40000",
            "fd.sip = 10.1.2.3",
            "fd.sip != 10.1.2.3",
            "fd.sip in (127.0.0.1, 10.1.2.3)",
            "fd.sip exists",
            "fd.snet = 10.0.0.0/8",
            "fd.snet != 10.0.0.0/8",
            "fd.snet in (10.1.0.0/16, 127.0.0.0/8, fd00::/8)",
            "fd.snet = '::/1'",
            "fd.snet = 0.0.0.0/0",
            "fd.net != 127.0.0.0/8",
            "fd.rip = 10.1.2.3",
            "evt.arg.addr startswith '10.1.2.3:'",
            "evt.arg.addr startswith 'fd00::1:'",
            "evt.arg.addr startswith 10.1",
            "evt.arg.addr startswith anyof ('10.1.2.3:', '127.0.0.1:')",
            "evt.arg.addr exists",
            "evt.arg.addr endswith /x.sock",
            "evt.arg.addr in (/, /x)",
            "evt.arg.addr startswith /",
            "evt.arg.addr contains :80",
            "evt.num = 0",
            "evt.num > 0",
            "evt.type = open",
            "evt.type in (openat, connect)",
            "evt.type != openat",
            "evt.dir = <");

    private static final List<String> TYPES =
            List.of("open", "openat", "openat2", "creat", "open_by_handle_at", "connect", "unlink");
    private static final List<CompiledRules> SINGLE_CHECKS = compileSingleChecks();

    @Provide
    Arbitrary<String> conditions() {
        return conditions(3);
    }

    private static Arbitrary<String> conditions(int depth) {
        Arbitrary<String> check = Arbitraries.of(CHECKS);
        if (depth == 0) {
            return check;
        }
        Arbitrary<String> inner = conditions(depth - 1);
        Arbitrary<List<String>> several = inner.list().ofMinSize(2).ofMaxSize(4);
        return Arbitraries.oneOf(
                check,
                inner.map(one -> "not (" + one + ")"),
                several.map(all -> "(" + String.join(" and ", all) + ")"),
                several.map(any -> "(" + String.join(" or ", any) + ")"));
    }

    @Provide
    Arbitrary<List<String>> ruleSets() {
        return conditions().list().ofMinSize(1).ofMaxSize(12);
    }

    /** A syscall and the state of the node. */
    record Call(
            int syscall,
            long result,
            int flags,
            int uid,
            String comm,
            boolean container,
            String path,
            String kernelPath,
            String base,
            String mountPoint,
            boolean stateKnown,
            Socket socket) {
        RecordView record() {
            RecordBuilder builder = new RecordBuilder(
                            syscall == 42 ? RECORD_FD : syscall == 87 ? RECORD_PATH : RECORD_OPEN)
                    .syscall(syscall)
                    .header(HEADER_TGID, PID)
                    .header(HEADER_TID, PID)
                    .header(HEADER_CGROUP_ID, CGROUP)
                    .header(HEADER_RESULT, result)
                    .header(HEADER_UID, uid);
            if (syscall == 87) {
                return view(builder.name(base).text(path));
            }
            if (syscall == 42) {
                return view(socket.of(builder));
            }
            boolean opened = result >= 0;
            boolean created = opened && (flags & O_CREAT) != 0 && path.length() % 2 == 0;
            builder.body(OPEN_FLAGS, syscall == 85 ? 0 : flags).body(OPEN_DEV, opened ? DEVICE : 0);
            builder.body(OPEN_MODE, uid % 2 == 0 ? 0755 : 0644).body(OPEN_FILE_FLAGS, created ? FILE_CREATED : 0);
            builder.name(opened ? kernelPath : "").name(path.startsWith("/") ? "" : base);
            if (opened) {
                builder.name(mountRelativePath().equals(kernelPath) ? "" : "/srv")
                        .body(OPEN_FS_PATH_LENGTH, mountRelativePath().length());
            }
            return view(syscall == 304 ? builder : builder.text(path));
        }

        /** Returns the path relative to the file's mount, which is at / or at /host. */
        private String mountRelativePath() {
            return kernelPath.startsWith("/host/") ? kernelPath.substring(5) : kernelPath;
        }

        KernelPrefilterModel.Node node() {
            return new KernelPrefilterModel.Node(
                    stateKnown ? comm : null, container ? MEMBERSHIP_CONTAINER : MEMBERSHIP_HOST, mountPoint);
        }
    }

    @Provide
    Arbitrary<List<Call>> calls() {
        return call().list().ofMinSize(20).ofMaxSize(40);
    }

    private static Arbitrary<Call> call() {
        Arbitrary<String> paths = Arbitraries.oneOf(Arbitraries.of(PATHS), Arbitraries.of(PATH_ARGUMENTS));
        Arbitrary<Integer> flags = Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(0, 0100),
                        Arbitraries.of(0, 01000),
                        Arbitraries.of(0, 0200000, 020200000))
                .as((access, create, truncate, directory) -> access | create | truncate | directory);
        return Combinators.combine(
                        Arbitraries.of(2, 257, 257, 437, 85, 304, 42, 42, 42, 87),
                        Arbitraries.of(0L, 1L, 2L, 3L, 4L, 5L, 77L, -1L, -2L, -13L, -40L, -115L, -514L),
                        flags,
                        Arbitraries.of(0, 1, 999, 1000, 65534),
                        Arbitraries.of(COMMS),
                        Arbitraries.of(true, false),
                        paths,
                        Combinators.combine(
                                        Arbitraries.of(PATHS),
                                        Arbitraries.of("/", "/etc", "/root/.ssh"),
                                        Arbitraries.of("", "/host", "/mnt"),
                                        Arbitraries.of(true, true, true, false),
                                        sockets())
                                .as(Names::new))
                .as((syscall, result, open, uid, comm, container, path, names) -> new Call(
                        syscall,
                        result,
                        open,
                        uid,
                        comm,
                        container,
                        path,
                        names.kernelPathFor(path),
                        names.base,
                        names.mountPoint,
                        names.stateKnown,
                        names.socket));
    }

    /** A socket and the address argument of the syscall. */
    record Socket(
            int family,
            int type,
            int bits,
            int state,
            List<Integer> ports,
            List<String> addresses,
            int argumentFamily) {
        RecordBuilder of(RecordBuilder builder) {
            byte[] text = new byte[argumentFamily == 10 ? 28 : 16];
            text[0] = (byte) argumentFamily;
            text[3] = 80;
            put(address(addresses.get(2), argumentFamily), text, argumentFamily == 10 ? 8 : 4);
            text[2] = (byte) (argumentFamily == 1 ? ports.get(0) % 2 == 0 ? '/' : '1' : 0);
            return builder.bodyShort(FD_FAMILY, family)
                    .bodyShort(FD_TYPE, type)
                    .bodyShort(FD_BITS, bits)
                    .bodyShort(FD_STATE, state)
                    .bodyShort(FD_LOCAL_PORT, ports.get(0))
                    .bodyShort(FD_REMOTE_PORT, ports.get(1))
                    .body(FD_LOCAL_ADDRESS, address(addresses.get(0), family), 16)
                    .body(FD_REMOTE_ADDRESS, address(addresses.get(1), family), 16)
                    .text(argumentFamily == 0 ? "" : new String(text, StandardCharsets.ISO_8859_1));
        }

        private static void put(byte[] address, byte[] to, int at) {
            System.arraycopy(address, 0, to, at, Math.min(address.length, to.length - at));
        }

        /**
         * Converts an address to the socket's family: IPv4 becomes IPv4-mapped IPv6, and IPv6 is truncated for IPv4.
         */
        private static byte[] address(String text, int family) {
            byte[] address = Objects.requireNonNull(IpAddressParser.parse(text)).getAddress();
            if (family == 10 && address.length == 4) {
                byte[] mapped = new byte[16];
                mapped[10] = mapped[11] = -1;
                System.arraycopy(address, 0, mapped, 12, 4);
                return mapped;
            }
            return family == 2 ? Arrays.copyOf(address, 4) : address;
        }
    }

    private static Arbitrary<Socket> sockets() {
        Arbitrary<String> address = Arbitraries.of(
                "10.1.2.3",
                "10.1.9.9",
                "10.2.0.1",
                "127.0.0.1",
                "8.8.8.8",
                "0.0.0.0",
                "fd00::1",
                "fd00::1:0:0:0",
                "2001:db8::1",
                "::1");
        return Combinators.combine(
                        Arbitraries.of(0, 1, 2, 2, 10, 10, 16, 17),
                        Arbitraries.of(1, 1, 2, 3),
                        Arbitraries.of(
                                0, FD_BOUND, FD_CONNECTED, FD_CONNECTED | FD_ACCEPTED, FD_CLIENT, FD_SERVER | FD_BOUND),
                        Arbitraries.of(1, 7, 10),
                        Arbitraries.of(0, 1, 22, 80, 443, 40000, 65535).list().ofSize(2),
                        address.list().ofSize(3),
                        Arbitraries.of(0, 1, 2, 10))
                .as(Socket::new);
    }

    private record Names(String kernelPath, String base, String mountPoint, boolean stateKnown, Socket socket) {
        /** Returns the path itself for about half of the files, so that both names agree. */
        String kernelPathFor(String path) {
            boolean clean = path.startsWith("/") && !path.contains("..") && !path.contains("//") && !path.endsWith("/");
            return clean && kernelPath.length() % 2 == 0 ? path : kernelPath;
        }
    }

    @Property(tries = 60)
    void matchingRulesSurvive(@ForAll("ruleSets") List<String> conditions, @ForAll("calls") List<Call> calls) {
        assertMatchesSurvive(compile(conditions), calls);
    }

    /** Tests each check alone and negated. */
    @Property(tries = 60)
    void singleChecksSurvive(@ForAll("calls") List<Call> calls) {
        SINGLE_CHECKS.forEach(compiled -> assertMatchesSurvive(compiled, calls));
    }

    private static CompiledRules compile(List<String> conditions) {
        return CompiledRules.of(conditions, Set.copyOf(TYPES));
    }

    private static List<CompiledRules> compileSingleChecks() {
        List<CompiledRules> single = new ArrayList<>();
        for (int i = 0; i < CHECKS.size(); i += 12) {
            single.add(compile(CHECKS.subList(i, Math.min(i + 12, CHECKS.size())).stream()
                    .flatMap(check -> Stream.of(check, "not " + check))
                    .map(check -> "evt.type in (" + String.join(", ", TYPES) + ") and " + check)
                    .toList()));
        }
        return single;
    }

    private static void assertMatchesSurvive(CompiledRules compiled, List<Call> calls) {
        for (Call call : calls) {
            RecordView record = call.record();
            NodeState state = state(call);
            state.apply(record);
            SensorEvent event = new SensorEvent("node", 0, record, state);
            event.moveTo(SensorEvent.typeOf(record));
            Set<String> matched = new HashSet<>();
            new RuleDetector(compiled.engine(), FileNameMode.BOTH, "node", alert -> matched.add(alert.rule()))
                    .detect(event);
            long survivors = compiled.kernel().survivors(record, call.node())
                    & compiled.processConditions().remaining(event);
            for (Rule rule : compiled.engine().rules()) {
                if (matched.contains(rule.name())) {
                    assertTrue(
                            compiled.disjunctRules().mayMatch(event.type(), survivors, rule),
                            () -> call + " matches " + rule.name() + " of " + compiled.conditions() + ", survivors "
                                    + survivors);
                }
            }
        }
    }

    static RuleEngine engine(List<String> conditions) {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < conditions.size(); i++) {
            rules.append("- rule: r")
                    .append(i)
                    .append("\n  desc: d\n  output: o\n  priority: INFO\n  condition: >-\n    ")
                    .append(conditions.get(i))
                    .append('\n');
        }
        LoadedRules loaded = Objects.requireNonNull(new RuleLoader(LoadOptions.defaults())
                .load(List.of(new RuleSource.Text("rules.yaml", rules.toString())))
                .rules());
        return RuleEngine.of(loaded.rules(), loaded.fields(), RuleMatching.ALL, Priority.DEBUG);
    }

    private static NodeState state(Call call) {
        NodeState state = new NodeState(FdDescription::standardFd);
        state.apply(view(new RecordBuilder(RECORD_CGROUP)
                .header(HEADER_CGROUP_ID, CGROUP)
                .text(call.container ? CONTAINER : "/user.slice")));
        state.apply(view(new RecordBuilder(RECORD_MOUNTS)
                .header(HEADER_RESULT, 1L)
                .text("254:0 / " + (call.mountPoint.isEmpty() ? "/" : call.mountPoint) + "\n")));
        if (call.stateKnown) {
            state.apply(view(new RecordBuilder(RECORD_EXEC)
                    .header(HEADER_TGID, PID)
                    .header(HEADER_CGROUP_ID, CGROUP)
                    .body(EXEC_COMM, call.comm.getBytes(StandardCharsets.ISO_8859_1), COMM_SIZE - 1)));
        }
        return state;
    }

    static RecordView view(RecordBuilder builder) {
        byte[] bytes = builder.build();
        RecordView view = new RecordView();
        assertTrue(view.wrap(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0, bytes.length));
        return view;
    }
}
