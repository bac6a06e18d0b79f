package io.tiercel.sensor.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class UnixSocketFileTest {
    @TempDir
    Path folder;

    private GrpcServer start(Path socket) throws GrpcException {
        return GrpcServer.start(new GrpcOptions(null, socket), "node", "0.1.0");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void isAccessibleToOwnerAndGroupAndIsDeleted() throws Exception {
        Path socket = folder.resolve("run/t.sock");
        try (GrpcServer _ = start(socket)) {
            assertEquals("rw-rw----", mode(socket));
            assertEquals("rwxr-x---", mode(folder.resolve("run")));
            GrpcException e = assertThrows(GrpcException.class, () -> start(socket));
            assertEquals("another process listens on " + socket, e.getMessage());
            assertTrue(Files.exists(socket));
        }
        assertFalse(Files.exists(socket));
    }

    @Test
    void replacesAStaleSocket() throws Exception {
        Path socket = folder.resolve("t.sock");
        try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(socket));
        }
        assertTrue(Files.exists(socket));
        try (GrpcServer _ = start(socket)) {
            assertEquals("rw-rw----", mode(socket));
        }
    }

    @Test
    void keepsOtherFiles() throws Exception {
        Path file = Files.writeString(folder.resolve("t.sock"), "mine");
        GrpcException e = assertThrows(GrpcException.class, () -> start(file));
        assertEquals(file + " exists and is not a socket", e.getMessage());
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void rejectsAWorldWritableFolder() throws Exception {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        GrpcException e = assertThrows(GrpcException.class, () -> start(folder.resolve("t.sock")));
        assertTrue(e.getMessage().startsWith("other users may write to"), e.getMessage());
        assertThrows(GrpcException.class, () -> start(folder.resolve("x".repeat(120))));
    }
}
