package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs, processes, connections and containers. */
@Tag("live")
class LiveProcessesTest {
    private static LiveEvents live;

    @TempDir
    private static Path dir;

    @BeforeAll
    static void open() {
        live = new LiveEvents(LiveOptions.defaults());
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    @Test
    void execveReportsAncestors() {
        LiveEvents.run(dir, "sh", "-c", "sh -c 'env TIERCEL_TEST=inner id -u; true'; true");
        EventSnapshot s = live.await("execve", "proc.name", "id");
        assertEquals("id -u", s.get("proc.cmdline"));
        assertEquals("id", s.get("proc.exe"));
        assertEquals("/usr/bin/id", s.get("proc.exepath"));
        assertEquals("sh", s.get("proc.pname"));
        assertEquals("sh", s.get("proc.aname[2]"));
        assertEquals("java", s.get("proc.aname[3]"));
        assertTrue(s.get("proc.aname").startsWith("sh < sh < java < "), s.get("proc.aname"));
        assertEquals("inner", s.get("proc.env[TIERCEL_TEST]"));
        assertEquals("yes", s.get("proc.aenv[TIERCEL_TEST]"));
        assertEquals("0", s.get("evt.rawres"));
        assertEquals("/usr/bin/id", s.get("evt.arg.filename"));
        assertEquals("EXE_WRITABLE", s.get("evt.arg.flags").replaceAll("\\|?EXE_(UPPER|LOWER)_LAYER", ""));
        assertEquals("1", s.get("thread.ismain"));
        assertTrue(s.get("thread.cap_effective").startsWith("CAP_CHOWN CAP_DAC_OVERRIDE"));
        assertEquals(s.get("proc.pid"), s.get("proc.vpid"));
        assertTrue(Long.parseLong(s.get("proc.duration")) < 10_000_000_000L);
        EventSnapshot end = live.await(e -> e.is("evt.type", "procexit") && e.is("proc.pid", s.get("proc.pid")));
        assertEquals("(absent)", end.get("evt.rawres"));
        assertEquals("0", end.get("evt.arg.ret"));
    }

    /** Attackers put other variables before those of the dynamic linker. Before, those behind 4 KiB were not seen. */
    @ParameterizedTest
    @CsvSource({"1000, false, 0", "5000, true, 0", "100000, true, 0", "150000, false, 1"})
    void reportsLinkerVariablesBehindAnyOthers(int bytes, boolean appended, int truncated) {
        String filler = "head -c " + bytes
                + " /dev/zero | tr '\\0' x | fold -w 1000 | cat -n | tr -d ' ' | sed 's/^/F/; s/\\t/=/'";
        LiveEvents.run(
                dir,
                "sh",
                "-c",
                filler + " >filler; env -i TIERCEL_TEST=" + bytes
                        + " $(cat filler) LD_PRELOAD=:/no/such.so LD_AUDIT=/no.so id -g");
        EventSnapshot s = live.await(e -> e.is("evt.type", "execve")
                && e.is("proc.name", "id")
                && e.is("proc.env[TIERCEL_TEST]", Integer.toString(bytes)));
        assertEquals(truncated == 1 ? "" : ":/no/such.so", s.get("proc.env[LD_PRELOAD]"));
        assertEquals(truncated == 1 ? "" : "/no.so", s.get("proc.env[LD_AUDIT]"));
        assertEquals(appended, s.get("proc.env").length() > 4096);
        assertEquals(Integer.toString(truncated), s.get("proc.env.truncated"));
        assertEquals("0", s.get("proc.args.truncated"));
    }

    @Test
    void failedExecveIsAnEventOfTheCaller() {
        LiveEvents.run(dir, "sh", "-c", "exec /no/such/program");
        EventSnapshot s = live.await("execve", "evt.arg.filename", "/no/such/program");
        assertEquals("ENOENT", s.get("evt.res"));
        assertEquals("sh", s.get("proc.name"));
    }

    @Test
    void reportsUserAndSession() {
        LiveEvents.run(
                dir,
                "setsid",
                "-w",
                "setpriv",
                "--reuid",
                "1",
                "--regid",
                "1",
                "--clear-groups",
                "head",
                "-c1",
                "/etc/hostname");
        EventSnapshot s = live.await("execve", "proc.name", "head");
        assertEquals("1", s.get("user.uid"));
        assertEquals("daemon", s.get("user.name"));
        assertEquals("daemon", s.get("group.name"));
        assertEquals("", s.get("thread.cap_effective"));
        assertEquals("0", s.get("proc.is_exe_writable"));
        assertEquals("1", s.get("proc.is_sid_leader"));
        assertEquals("head", s.get("proc.sname"));
    }

    @Test
    void forkIsReportedForParentAndChild() {
        LiveEvents.run(dir, "python3", "-c", "import os; p=os.fork(); os._exit(7) if p==0 else os.waitpid(p,0)");
        EventSnapshot parent = live.await(s -> s.is("proc.name", "python3")
                && s.is("evt.category", "process")
                && s.get("evt.type").contains("clone")
                && !s.is("evt.rawres", "0"));
        EventSnapshot child = live.await(s -> s.is("proc.pid", parent.get("evt.rawres")) && s.is("evt.rawres", "0"));
        assertEquals(parent.get("proc.pid"), child.get("proc.ppid"));
        assertEquals(parent.get("proc.cmdline"), child.get("proc.cmdline"));
        EventSnapshot end = live.await(s -> s.is("evt.type", "procexit") && s.is("proc.pid", child.get("proc.pid")));
        assertEquals("7", end.get("evt.arg.ret"));
    }

    @Test
    void orphansGetTheirReaperAsParent() {
        LiveEvents.run(dir, "sh", "-c", "sh -c '(sleep 0.3; exec uname -s) & exit 0'; true");
        EventSnapshot s = live.await("execve", "proc.name", "uname");
        assertTrue(!s.is("proc.pname", "sh") && !s.is("proc.pname", "(absent)"), s.get("proc.aname"));
    }

    @Test
    void connectReportsBothEndpoints() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            String port = Integer.toString(server.getLocalPort());
            LiveEvents.run(
                    dir, "python3", "-c", "import socket,sys; socket.create_connection(('127.0.0.1'," + port + "))");
            EventSnapshot s = live.await("connect", "fd.sport", port);
            assertEquals("127.0.0.1", s.get("fd.sip"));
            assertEquals("127.0.0.1", s.get("fd.cip"));
            assertEquals("tcp", s.get("fd.l4proto"));
            assertEquals("ipv4", s.get("fd.type"));
            assertEquals("4", s.get("fd.typechar"));
            assertEquals("ip", s.get("fd.sockfamily"));
            assertEquals("127.0.0.1:" + s.get("fd.cport") + "->127.0.0.1:" + port, s.get("fd.name"));
            assertEquals("127.0.0.1:" + port, s.get("evt.arg.addr"));
            assertEquals("<4t>" + s.get("fd.name"), s.get("evt.arg.fd"));
            assertEquals("127.0.0.1 < 127.0.0.1", s.get("fd.ip"));
            assertEquals("1", s.get("fd.connected"));
        }
    }

    @Test
    void failedConnectHasNoEndpoints() {
        LiveEvents.run(dir, "python3", "-c", "import socket; socket.socket(socket.AF_INET6).connect(('::1',1))");
        EventSnapshot s = live.await("connect", "evt.arg.addr", "::1:1");
        assertEquals("ECONNREFUSED", s.get("evt.res"));
        assertEquals("6", s.get("fd.typechar"));
        assertEquals("", s.get("fd.name"));
        assertEquals("(absent)", s.get("fd.sip"));
        assertEquals("<NA>", s.get("fd.l4proto"));
        LiveEvents.run(dir, "python3", "-c", "import socket; socket.socket(socket.AF_UNIX).connect('/no/socket')");
        EventSnapshot u = live.await("connect", "evt.arg.addr", "/no/socket");
        assertEquals("unix", u.get("fd.type"));
        assertEquals("ENOENT", u.get("evt.res"));
    }

    @Test
    void containerIsDerivedFromTheCgroup() throws IOException {
        Path unified = List.of("/sys/fs/cgroup/unified", "/sys/fs/cgroup").stream()
                .map(Path::of)
                .filter(p -> Files.exists(p.resolve("cgroup.procs")))
                .findFirst()
                .orElseThrow();
        String id =
                "a1b2c3d4e5f6" + HexFormat.of().toHexDigits(System.nanoTime()).repeat(3) + "0123";
        Path cgroup = Files.createDirectory(unified.resolve("docker-" + id + ".scope"));
        try {
            LiveEvents.run(dir, "sh", "-c", "echo $$ > " + cgroup + "/cgroup.procs; cat /etc/hostname; true");
            EventSnapshot s = live.await(e -> e.is("evt.type", "execve") && e.is("container.full_id", id));
            assertEquals("a1b2c3d4e5f6", s.get("container.id"));
            assertEquals("cat", s.get("proc.name"));
            assertEquals("(absent)", s.get("container.image.repository"));
            assertEquals("(absent)", s.get("container.name"));
            assertEquals("root", s.get("user.name"));
        } finally {
            Files.delete(cgroup);
        }
    }
}
