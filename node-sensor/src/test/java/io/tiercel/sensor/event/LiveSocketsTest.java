package io.tiercel.sensor.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets of all families on the loopback device. */
@Tag("live")
class LiveSocketsTest {
    private static final Set<String> TYPES = Set.of(
            "execve socket socketpair bind connect listen accept accept4 sendto recvfrom sendmsg recvmsg sendmmsg recvmmsg read write dup2 dup3 close shutdown getsockopt setsockopt"
                    .split(" "));

    private static LiveEvents live;

    @TempDir
    private static Path temp;

    private static Path program;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        live = new LiveEvents(LiveOptions.defaults().withEventTypes(TYPES));
        program = CProgram.compile("sockets", temp);
    }

    @AfterAll
    static void close() {
        if (live != null) {
            live.close();
        }
    }

    @Test
    void tcpClientAndServerHaveTheirRoles() {
        run("tcp");
        EventSnapshot socket = part("tcp", s -> s.is("evt.type", "socket"));
        assertEquals("fd=3(<4>) domain=2(AF_INET) type=1 proto=0 flags=0", socket.get("evt.args"));
        assertEquals("ipv4", socket.get("fd.type"));
        assertEquals("", socket.get("fd.name"));
        assertEquals("<NA>", socket.get("fd.l4proto"));
        assertEquals("(absent)", socket.get("fd.sip"));
        assertEquals("0", socket.get("fd.connected"));

        EventSnapshot bind = part("tcp", s -> s.is("evt.type", "bind"));
        assertEquals("res=0 addr=127.0.0.1:23101 fd=3(<4t>127.0.0.1:23101)", bind.get("evt.args"));
        assertEquals("127.0.0.1:23101", bind.get("fd.name"));
        assertEquals("23101", bind.get("fd.sport"));
        assertEquals("127.0.0.1", bind.get("fd.sip"));
        assertEquals("(absent)", bind.get("fd.cip"));
        assertEquals("(absent)", bind.get("fd.lport"));
        assertEquals("1", bind.get("fd.is_server"));
        assertEquals("tcp", bind.get("fd.l4proto"));

        EventSnapshot listen = part("tcp", s -> s.is("evt.type", "listen"));
        assertEquals("res=0 fd=3(<4t>127.0.0.1:23101) backlog=7", listen.get("evt.args"));
        assertEquals("127.0.0.1", listen.get("fd.ip"));

        String name = "127.0.0.2:23102->127.0.0.1:23101";
        EventSnapshot connect = part("tcp", s -> s.is("evt.type", "connect"));
        assertEquals("res=0 tuple=" + name + " fd=4(<4t>" + name + ") addr=127.0.0.1:23101", connect.get("evt.args"));
        assertEquals(name, connect.get("fd.name"));
        assertEquals("127.0.0.2", connect.get("fd.cip"));
        assertEquals("23102", connect.get("fd.lport"));
        assertEquals("23101", connect.get("fd.rport"));
        assertEquals("1", connect.get("fd.connected"));
        assertEquals("1", connect.get("fd.name_changed"));

        EventSnapshot accept = part("tcp", s -> s.is("evt.type", "accept4"));
        assertEquals(name, accept.get("fd.name"));
        assertEquals("5", accept.get("fd.num"));
        assertEquals("127.0.0.2", accept.get("fd.cip"));
        assertEquals("127.0.0.1", accept.get("fd.sip"));
        assertEquals("23101", accept.get("fd.sport"));
        assertEquals("1", accept.get("fd.is_server"));
        assertEquals("1", accept.get("fd.name_changed"));
        assertEquals("tcp", accept.get("fd.l4proto"));
        assertTrue(accept.get("evt.args").endsWith("tuple=" + name + " queuepct=0 queuelen=0 queuemax=7 flags=2048"));

        EventSnapshot send = part("tcp", s -> s.is("evt.type", "sendto"));
        assertEquals("res=8 data=question fd=4(<4t>" + name + ") size=8 tuple=" + name, send.get("evt.args"));
        assertEquals("0", send.get("fd.name_changed"));
        EventSnapshot receive = part("tcp", s -> s.is("evt.type", "recvfrom"));
        assertEquals("question", receive.get("evt.buffer"));
        assertEquals("8", receive.get("evt.buflen"));
        assertEquals("read", receive.get("evt.io_dir"));
        assertEquals(name, receive.get("fd.name"));
        assertEquals("1", receive.get("fd.connected"));
        EventSnapshot write = part("tcp", s -> s.is("evt.type", "write"));
        assertEquals("res=6 data=answer fd=5(<4t>" + name + ") size=6", write.get("evt.args"));
        EventSnapshot read = part("tcp", s -> s.is("evt.type", "read") && s.is("evt.buffer", "answer"));
        assertEquals("4", read.get("fd.num"));
        assertEquals("127.0.0.1", read.get("fd.sip"));

        EventSnapshot option = part("tcp", s -> s.is("evt.type", "getsockopt"));
        assertEquals(
                "res=0 fd=5(<4t>" + name + ") level=1(SOL_SOCKET) optname=4(SO_ERROR) val=0 optlen=4",
                option.get("evt.args"));
        EventSnapshot shutdown = part("tcp", s -> s.is("evt.type", "shutdown"));
        assertEquals("res=0 fd=5(<4t>" + name + ") how=1(SHUT_WR)", shutdown.get("evt.args"));
        EventSnapshot dup = part("tcp", s -> s.get("evt.type").matches("dup[23]"));
        assertEquals("0", dup.get("evt.rawres"));
        assertEquals("0", dup.get("fd.num"));
        assertEquals("ipv4", dup.get("fd.type"));
        assertEquals(name, dup.get("fd.name"));
        // arm64 has dup3 only, which also has flags
        assertEquals(
                "res=0(<4t>" + name + ") oldfd=4(<4t>" + name + ") newfd=0(<4t>" + name + ")",
                dup.get("evt.args").replaceFirst(" flags=0\\(O_NONE\\)$", ""));
        EventSnapshot closed = part("tcp", s -> s.is("evt.type", "close") && s.is("fd.num", "5"));
        assertEquals("res=0 fd=5(<4t>" + name + ")", closed.get("evt.args"));
        EventSnapshot listener = part("tcp", s -> s.is("evt.type", "close") && s.is("fd.name", "127.0.0.1:23101"));
        assertEquals("3", listener.get("fd.num"));
    }

    @Test
    void reportsIpv6AndIpv4MappedAddresses() {
        run("tcp6");
        EventSnapshot six = part("tcp6", s -> s.is("evt.type", "accept"));
        assertEquals("ipv6", six.get("fd.type"));
        assertEquals("6", six.get("fd.typechar"));
        assertTrue(six.get("fd.name").matches("::1:\\d+->::1:23104"), six.get("fd.name"));
        assertEquals("23104", six.get("fd.sport"));
        run("mapped");
        EventSnapshot connect = part("mapped", s -> s.is("evt.type", "connect"));
        assertEquals("ipv4", connect.get("fd.type"));
        assertEquals("4", connect.get("fd.typechar"));
        assertEquals("127.0.0.1", connect.get("fd.sip"));
        assertEquals("23103", connect.get("fd.sport"));
        EventSnapshot accept = part("mapped", s -> s.is("evt.type", "accept"));
        assertEquals(connect.get("fd.name"), accept.get("fd.name"));
        assertEquals("127.0.0.1", accept.get("fd.cip"));
        assertEquals("1", accept.get("fd.is_server"));
    }

    @Test
    void failedCallsDoNotChangeEndpoints() {
        run("refused");
        EventSnapshot refused = part("refused", s -> s.is("evt.res", "ECONNREFUSED"));
        assertEquals("127.0.0.1:23105", refused.get("evt.arg.addr"));
        assertEquals("", refused.get("fd.name"));
        assertEquals("ipv4", refused.get("fd.type"));
        assertEquals("0", refused.get("fd.connected"));
        assertEquals("(absent)", refused.get("fd.sip"));
        assertEquals("NULL", refused.get("evt.arg.tuple"));
        EventSnapshot pending = part("refused", s -> s.is("evt.res", "EINPROGRESS"));
        assertTrue(pending.get("fd.name").endsWith("->127.0.0.1:23106"));
        assertEquals("1", pending.get("fd.connected"));
        assertEquals("23106", pending.get("fd.rport"));
        EventSnapshot none = part("refused", s -> s.is("evt.res", "EBADF"));
        assertEquals("77", none.get("fd.num"));
        assertEquals("o", none.get("fd.typechar"));
        assertEquals("(absent)", none.get("fd.type"));
        assertEquals("127.0.0.1:23106", none.get("fd.name"));
        EventSnapshot accept = part("refused", s -> s.is("evt.type", "accept"));
        assertEquals("EINVAL", accept.get("evt.res"));
        assertEquals("4", accept.get("fd.typechar"));
    }

    @Test
    void datagramsReportTheirPeer() {
        run("udp");
        EventSnapshot first = part("udp", s -> s.is("evt.buffer", "one") && s.is("evt.type", "sendto"));
        assertTrue(first.get("fd.name").matches("0\\.0\\.0\\.0:\\d+->127\\.0\\.0\\.1:23107"), first.get("fd.name"));
        assertEquals("udp", first.get("fd.l4proto"));
        assertEquals("0", first.get("fd.connected"));
        assertEquals("1", first.get("fd.name_changed"));
        assertEquals("23107", first.get("fd.sport"));
        assertEquals("23107", first.get("fd.sproto"));
        assertEquals("127.0.0.1", first.get("fd.ip"));
        assertEquals("0", part("udp", s -> s.is("evt.buffer", "again")).get("fd.name_changed"));
        EventSnapshot second = part("udp", s -> s.is("evt.buffer", "other") && s.is("evt.type", "sendto"));
        assertEquals("1", second.get("fd.name_changed"));
        assertEquals("23108", second.get("fd.rport"));

        EventSnapshot received = part("udp", s -> s.is("evt.type", "recvfrom"));
        assertEquals("one", received.get("evt.buffer"));
        assertTrue(
                received.get("fd.name").matches("127\\.0\\.0\\.1:\\d+->127\\.0\\.0\\.1:23107"),
                received.get("fd.name"));
        assertEquals("23107", received.get("fd.sport"));
        assertEquals("1", received.get("fd.name_changed"));
        EventSnapshot reply = part("udp", s -> s.is("evt.buffer", "reply"));
        assertEquals(received.get("fd.name"), reply.get("fd.name"));
        assertEquals("0", reply.get("fd.name_changed"));

        EventSnapshot connected = part("udp", s -> s.is("evt.buffer", "connected") && s.is("evt.type", "sendto"));
        assertEquals("1", connected.get("fd.connected"));
        assertEquals("0", connected.get("fd.name_changed"));
        EventSnapshot elsewhere = part("udp", s -> s.is("evt.type", "sendmsg"));
        assertEquals("to another", elsewhere.get("evt.buffer"));
        assertEquals("23108", elsewhere.get("fd.sport"));
        assertEquals("0", elsewhere.get("fd.connected"));
        assertTrue(elsewhere.get("evt.args").contains(" size=10 tuple="), elsewhere.get("evt.args"));
        EventSnapshot message = part("udp", s -> s.is("evt.type", "recvmsg"));
        assertEquals("again", message.get("evt.buffer"));
        assertTrue(message.get("evt.args").startsWith("res=5 size=100 data=again tuple=127.0.0.1:"));
        assertEquals(
                "23107",
                part("udp", s -> s.is("evt.type", "sendmmsg") && s.is("evt.buffer", "first"))
                        .get("fd.sport"));
        assertEquals(
                "23108",
                part("udp", s -> s.is("evt.type", "sendmmsg") && s.is("evt.buffer", "second"))
                        .get("fd.sport"));
    }

    @Test
    void boundClientsAndUnusualFamiliesCannotHideThePeer() {
        run("bound");
        EventSnapshot bound = part("bound", s -> s.is("evt.type", "sendto"));
        assertEquals("127.0.0.1:23110->127.0.0.1:23111", bound.get("fd.name"));
        assertEquals("23111", bound.get("fd.sport"));
        run("families");
        EventSnapshot six = part("families", s -> s.is("evt.buffer", "six"));
        assertEquals("4", six.get("fd.typechar"));
        assertEquals("127.0.0.1", six.get("fd.sip"));
        assertEquals("23112", six.get("fd.sport"));
        assertEquals(
                "127.0.0.1",
                part("families", s -> s.is("evt.buffer", "unspecified")).get("fd.sip"));
    }

    @Test
    void unixSocketsReportPathOrAbstractName() {
        for (String name : new String[] {"socket", "@tiercel-test"}) {
            String part = name.equals("socket") ? "path" : "abstract";
            run(part);
            assertEquals(name, part(part, s -> s.is("evt.type", "bind")).get("fd.name"));
            EventSnapshot connect = part(part, s -> s.is("evt.type", "connect"));
            assertEquals("unix", connect.get("fd.type"));
            assertEquals("u", connect.get("fd.typechar"));
            assertEquals("unix", connect.get("fd.sockfamily"));
            assertTrue(connect.get("fd.name").matches("[0-9a-f]+->[0-9a-f]+ " + name), connect.get("fd.name"));
            assertEquals(name, connect.get("evt.arg.addr"));
            assertEquals("<NA>", connect.get("fd.l4proto"));
            EventSnapshot accept = part(part, s -> s.is("evt.type", "accept"));
            assertTrue(accept.get("fd.name").matches("[0-9a-f]+->[0-9a-f]+ " + name), accept.get("fd.name"));
            EventSnapshot write = part(part, s -> s.is("evt.type", "write"));
            assertEquals(accept.get("fd.name"), write.get("fd.name"));
            EventSnapshot read = part(part, s -> s.is("evt.buffer", "hello") && s.is("evt.type", "read"));
            assertTrue(read.get("fd.name").endsWith(" " + name), read.get("fd.name"));
        }
    }

    @Test
    void otherSocketsHaveATypeButNoName() {
        run("others");
        EventSnapshot pair = part("others", s -> s.is("evt.type", "socketpair"));
        assertTrue(
                pair.get("evt.args")
                        .matches("res=0 fd1=3\\(<u>\\) fd2=4\\(<u>\\) source=\\d+ peer=\\d+"
                                + " domain=1\\(AF_LOCAL\\|AF_UNIX\\) type=1 proto=0"),
                pair.get("evt.args"));
        assertEquals("", part("others", s -> s.is("evt.buffer", "pair")).get("fd.name"));
        EventSnapshot netlink = part("others", s -> s.is("evt.rawarg.domain", "16"));
        assertEquals("netlink", netlink.get("fd.type"));
        assertEquals("n", netlink.get("fd.typechar"));
        EventSnapshot packet = part("others", s -> s.is("evt.rawarg.domain", "17"));
        assertTrue(packet.get("evt.args").contains("domain=17(AF_PACKET)"), packet.get("evt.args"));
        assertEquals("<NA>", packet.get("fd.type"));
        assertEquals("o", packet.get("fd.typechar"));
        EventSnapshot failed = part("others", s -> s.is("evt.res", "EPROTONOSUPPORT"));
        assertEquals("4", failed.get("fd.typechar"));
        assertEquals("-1", failed.get("fd.num"));
        assertEquals("", failed.get("fd.name"));
        EventSnapshot raw = part("others", s -> s.is("evt.type", "sendto"));
        assertEquals("raw", raw.get("fd.l4proto"));
        assertEquals("0.0.0.0->127.0.0.1", raw.get("fd.name"));
        assertEquals("(absent)", raw.get("fd.sport"));
    }

    @Test
    void reportsStandardFdsThatAreConnections() {
        live.stream.captureStandardFds(true);
        run("shell");
        EventSnapshot shell = live.await(s -> s.is("evt.type", "execve") && s.is("proc.cmdline", "true shell"));
        assertEquals("ipv4", shell.get("proc.stdin.type"));
        assertTrue(shell.get("proc.stdin.name").endsWith("->127.0.0.1:23113"), shell.get("proc.stdin.name"));
        assertEquals("file", shell.get("proc.stdout.type"));
        live.stream.captureStandardFds(false);
    }

    @Test
    void addressesHaveTheResolvedHostNames() {
        live.stream.resolveHostNames(Set.of("localhost", "no-such-host.invalid"));
        Awaitility.await().pollInSameThread().until(() -> {
            run("mapped");
            live.poll();
            return live.seen.stream().anyMatch(s -> s.is("evt.type", "accept") && s.is("fd.sip.name", "localhost"));
        });
        EventSnapshot named = part("mapped", s -> s.is("fd.sip.name", "localhost") && s.is("evt.type", "accept"));
        assertEquals("localhost", named.get("fd.cip.name"));
        run("tcp");
        assertEquals("(absent)", part("tcp", s -> s.is("evt.type", "socket")).get("fd.sip.name"));
    }

    private static void run(String part) {
        assertEquals(0, LiveEvents.run(temp, program.toString(), part));
    }

    private static EventSnapshot part(String part, Predicate<EventSnapshot> condition) {
        return live.await(s -> s.is("proc.args", part) && s.is("proc.name", "sockets") && condition.test(s));
    }
}
