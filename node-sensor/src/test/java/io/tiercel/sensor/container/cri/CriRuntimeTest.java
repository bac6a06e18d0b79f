package io.tiercel.sensor.container.cri;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status;
import io.tiercel.sensor.container.ContainerImage;
import io.tiercel.sensor.container.ContainerInfo;
import io.tiercel.sensor.container.ContainerJson;
import io.tiercel.sensor.container.ContainerRuntime.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
@Timeout(60)
class CriRuntimeTest {
    private static final String ID = "c".repeat(64);

    @TempDir
    Path dir;

    private Path socket;
    private FakeCriServer cri;
    private CriRuntime runtime;

    @BeforeEach
    void start() throws Exception {
        socket = dir.resolve("cri.sock");
        cri = new FakeCriServer(socket);
        cri.containers.add(ID);
        runtime = new CriRuntime(socket);
    }

    @AfterEach
    void stop() throws Exception {
        runtime.close();
        cri.close();
    }

    private ContainerInfo found(String id) {
        return assertInstanceOf(Response.Found.class, runtime.find(id)).info();
    }

    @Test
    void findsContainerWithPodAndImage() {
        ContainerInfo c = found(ID);
        assertEquals(ID, c.id());
        assertEquals("web", c.name());
        assertEquals("fakerd", c.type());
        assertEquals(
                new ContainerImage(
                        "registry:5000/team/web:1.2",
                        "a".repeat(64),
                        "registry:5000/team/web",
                        "1.2",
                        "sha256:" + "d".repeat(64)),
                c.image());
        assertTrue(c.privileged());
        assertTrue(c.hostPid(), "the specification has no pid namespace");
        assertTrue(c.hostNetwork());
        assertFalse(c.hostIpc());
        assertEquals("10.1.2.3", c.ip());
        assertEquals("{\"eth0\":{}}", c.cniJson());
        assertEquals(FakeCriServer.SANDBOX, c.sandboxId());
        assertFalse(c.sandbox());
        assertEquals("shop", c.labels().get("io.kubernetes.pod.namespace"));
        assertEquals("front", c.podLabels().get("tier"));
        assertEquals("/:/host::true:private", c.mounts().getFirst().format());
        assertEquals("/etc/ssl:/certs::false:rslave", c.mounts().getLast().format());
        assertEquals(List.of("A=1", "B=zw\u00f6lf"), c.environment());
        assertEquals(4242, c.pid());
    }

    @Test
    void findsSandboxes() {
        ContainerInfo c = found(FakeCriServer.SANDBOX);
        assertTrue(c.sandbox());
        assertEquals("web-0", c.name());
        assertEquals("pause", c.image().repository());
        assertEquals("web", c.podLabels().get("app"));
        assertEquals(FakeCriServer.SANDBOX, c.sandboxId());
    }

    @Test
    void jsonRoundTripKeepsAllValues() throws Exception {
        ContainerInfo c = found(ID);
        String json = ContainerJson.write(c);
        ContainerInfo read = ContainerJson.read(json);
        assertEquals(c.image(), read.image());
        assertEquals(c.mounts(), read.mounts());
        assertEquals(c.podLabels(), read.podLabels());
        assertEquals(c.annotations(), read.annotations());
        assertEquals("B=zw\u00c3\u00b6lf", read.environment().getLast(), "a byte string");
        assertTrue(json.startsWith("{\"container\":{\"id\":\"cccccccccccc\",\"full_id\":\"" + ID + "\""), json);
    }

    /** Kubernetes limits annotations to 256 KiB in total, but neither the number of labels nor the environment. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1_000, 50_000, 5_000_000})
    void theCreatorOfAPodCannotCrowdOutItsIdentity(int environment) throws Exception {
        cri.setPod(FakeCriServer.manyLabels(), Map.of("note", "a".repeat(250_000)));
        cri.setInfo("{\"runtimeSpec\":{\"process\":{\"env\":[\"A=" + "b".repeat(environment) + "\"]}}}");
        for (String id : List.of(ID, FakeCriServer.SANDBOX)) {
            ContainerInfo read = ContainerJson.read(ContainerJson.write(found(id)));
            assertEquals(
                    List.of("shop", "web-0", "u-1"),
                    Stream.of(ContainerInfo.POD_NAMESPACE, ContainerInfo.POD_NAME, ContainerInfo.POD_UID)
                            .map(read.labels()::get)
                            .toList());
        }
        assertEquals(
                2, ContainerJson.read(ContainerJson.write(found(ID))).mounts().size());
    }

    @Test
    void unknownContainersAreNotFound() {
        assertInstanceOf(Response.NotFound.class, runtime.find("e".repeat(64)));
    }

    @Test
    void ignoresInvalidVerboseInfo() {
        cri.setInfo("{\"pid\":4242,\"conf");
        ContainerInfo c = found(ID);
        assertFalse(c.privileged());
        assertEquals("registry:5000/team/web", c.image().repository());
    }

    @Test
    void errorReasonsAreOneLine() {
        cri.fail(Status.INTERNAL.withDescription("disk is full\nstack\nstack"));
        Response.Unavailable response = assertInstanceOf(Response.Unavailable.class, runtime.find(ID));
        assertEquals(socket + ": INTERNAL disk is full", response.reason());
        cri.fail(Status.OK);
        found(ID);
    }

    @Test
    void socketsWithoutCriCountAsAbsent() {
        cri.fail(Status.UNIMPLEMENTED.withDescription("unknown service runtime.v1.RuntimeService"));
        assertTrue(runtime.isPresent());
        assertInstanceOf(Response.Unavailable.class, runtime.find(ID));
        assertFalse(runtime.isPresent());
    }

    @Test
    void queriesTimeOut() {
        cri.hang();
        Response.TimedOut response = assertInstanceOf(Response.TimedOut.class, runtime.find(ID));
        assertTrue(response.reason().startsWith(socket + ": DEADLINE_EXCEEDED"), response.reason());
    }

    @Test
    void reconnectsAfterARestart() throws Exception {
        found(ID);
        cri.close();
        assertInstanceOf(Response.Unavailable.class, runtime.find(ID));
        Files.deleteIfExists(socket);
        assertFalse(runtime.isPresent());
        cri = new FakeCriServer(socket);
        cri.containers.add(ID);
        assertTrue(runtime.isPresent());
        Awaitility.await().until(() -> runtime.find(ID) instanceof Response.Found);
    }

    @Test
    void serversOfOtherProtocolsAreUnavailable() throws Exception {
        Path other = dir.resolve("other.sock");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                CriRuntime otherServer = new CriRuntime(other)) {
            server.bind(UnixDomainSocketAddress.of(other));
            Thread.ofVirtual().start(() -> respond(server));
            assertInstanceOf(Response.Unavailable.class, otherServer.find(ID));
        }
    }

    private static void respond(ServerSocketChannel server) {
        try (SocketChannel client = server.accept();
                OutputStream out = Channels.newOutputStream(client)) {
            out.write("HTTP/1.1 400 Bad Request\r\n\r\nno".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // the client closed the connection
        }
    }
}
