package io.tiercel.sensor.identity;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.identity.IdentityOptions.InstanceIdMode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class SensorIdentityTest {
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000L);
    private static final String DOCUMENT = "MIAGCSqGSIb3DQEHAqCAMIACAQEx\nDzANBglghkgBZQMEAgEFADCABgkq\n+/8=\n";
    private static final String SIGNED = "MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgEFADCABgkq+/8=";

    @TempDir
    Path folder;

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final MetadataStub stub = newStub();

    private static MetadataStub newStub() {
        try {
            return new MetadataStub();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() {
        stub.close();
    }

    private SensorIdentity start(@Nullable Path token, boolean document, InstanceIdMode mode) {
        return SensorIdentity.start(
                new IdentityOptions(token, document, mode),
                folder.resolve("board_asset_tag"),
                stub.client(),
                () -> NOW,
                INTERVAL,
                (_, line) -> log.add(line));
    }

    private static void writeSecret(Path file, String secret) throws IOException {
        Files.writeString(file, secret);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** Writes a token like the kubelet: a new folder, and a symbolic link that is replaced at once. */
    private void project(String name, String token) throws IOException {
        Path data = Files.createDirectories(folder.resolve("..data_" + name));
        Files.writeString(data.resolve("token"), token);
        Path link = folder.resolve("..data_tmp");
        Files.createSymbolicLink(link, data.getFileName());
        Files.move(link, folder.resolve("..data"), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        if (!Files.exists(folder.resolve("token"))) {
            Files.createSymbolicLink(folder.resolve("token"), Path.of("..data/token"));
        }
    }

    @Test
    void aRotatedTokenIsSentAfterTheNextRead() throws Exception {
        String first = TestTokens.expiring(NOW.getEpochSecond() + 600);
        String second = TestTokens.expiring(NOW.getEpochSecond() + 1_200);
        project("1", first);
        try (SensorIdentity identity = start(folder.resolve("token"), false, InstanceIdMode.OFF)) {
            assertEquals(new DeliveryCredentials(first, null), identity.current());
            assertEquals(NOW.getEpochSecond() + 600, identity.status().tokenExpires());
            project("2", second);
            await().until(() -> second.equals(identity.current().token()));
            assertEquals(new IdentityStatus(Map.of("token", true), NOW.getEpochSecond() + 1_200), identity.status());
        }
        assertEquals(0, stub.requests(), "nothing else was enabled");
    }

    @Test
    void aMissingTokenIsLoggedOncePerReasonAndAlertsGoOutWithoutIt() throws Exception {
        Path file = folder.resolve("token");
        try (SensorIdentity identity = start(file, false, InstanceIdMode.OFF)) {
            assertEquals(DeliveryCredentials.NONE, identity.current());
            assertEquals(new IdentityStatus(Map.of("token", false), null), identity.status());
            writeSecret(file, "s3cret s3cret");
            await().until(() -> log.size() >= 2);
            assertNull(identity.current().token());
            writeSecret(folder.resolve("new"), TestTokens.expiring(NOW.getEpochSecond() + 60));
            Files.move(folder.resolve("new"), file, StandardCopyOption.ATOMIC_MOVE);
            await().until(() -> identity.current().token() != null);
            await().until(() -> log.size() >= 3);
            writeSecret(folder.resolve("new"), TestTokens.expiring(NOW.getEpochSecond() - 1));
            Files.move(folder.resolve("new"), file, StandardCopyOption.ATOMIC_MOVE);
            await().until(() -> log.size() >= 4);
            assertTrue(identity.current().token() != null, "the receiver decides by its own clock");
            List<String> messages = List.copyOf(log);
            assertTrue(messages.get(0).contains("does not exist"), messages::toString);
            assertTrue(messages.get(1).contains("visible ASCII"), messages::toString);
            assertTrue(messages.get(2).contains("available again"), messages::toString);
            assertTrue(messages.get(3).contains("has expired"), messages::toString);
            assertEquals(4, messages.size(), messages::toString);
            assertTrue(messages.stream().noneMatch(line -> line.contains("s3cret")), messages::toString);
        }
    }

    @Test
    void theSignedDocumentIsSentOnOneLine() throws Exception {
        stub.with(MetadataStub.DOCUMENT_PATH, DOCUMENT);
        try (SensorIdentity identity = start(null, true, InstanceIdMode.DMI)) {
            assertEquals(new DeliveryCredentials(null, SIGNED), identity.current());
            assertEquals(new IdentityStatus(Map.of("instance_document", true), null), identity.status());
            assertEquals(Optional.empty(), identity.instanceId());
        }
        assertEquals(2, stub.requests(), "it is refreshed hourly");
    }

    @Test
    void theMetadataServiceIsAskedForTheIdOnlyIfDmiHasNone() throws Exception {
        stub.with(MetadataStub.ID_PATH, "i-0123456789abcdef0");
        try (SensorIdentity identity = start(null, false, InstanceIdMode.IMDS)) {
            await().until(() -> identity.instanceId().isPresent());
            assertEquals(
                    new InstanceId("i-0123456789abcdef0", InstanceId.Source.IMDS),
                    identity.instanceId().orElseThrow());
        }
        int before = stub.requests();
        Files.writeString(folder.resolve("board_asset_tag"), "i-0fedcba9876543210\n");
        try (SensorIdentity identity = start(null, false, InstanceIdMode.IMDS)) {
            assertEquals(
                    Optional.of(new InstanceId("i-0fedcba9876543210", InstanceId.Source.DMI)), identity.instanceId());
        }
        try (SensorIdentity identity = start(null, false, InstanceIdMode.OFF)) {
            assertEquals(Optional.empty(), identity.instanceId());
        }
        assertEquals(before, stub.requests());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "i-0123456789abcdef0\nX-Injected: 1", "<html>login</html>", "i-0123"})
    void invalidInstanceIdsAreRefused(String answer) {
        stub.with(MetadataStub.ID_PATH, answer);
        assertThrows(IOException.class, () -> stub.client().instanceId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "<html>", "AAAA BBBB", "AAAA\0", "AA=AA"})
    void invalidDocumentsAreRefused(String answer) {
        stub.with(MetadataStub.DOCUMENT_PATH, answer);
        assertThrows(IOException.class, () -> stub.client().signedDocument());
    }

    @Test
    void hostileServicesAreRefused() {
        stub.with(MetadataStub.DOCUMENT_PATH, "A".repeat(DeliveryCredentials.MAX_CHARACTERS + 4));
        assertThrows(IOException.class, () -> stub.client().signedDocument(), "too large");
        stub.with(MetadataStub.DOCUMENT_PATH, DOCUMENT).withSession("token with\u00e9spaces");
        IOException e = assertThrows(IOException.class, () -> stub.client().signedDocument());
        assertTrue(String.valueOf(e.getMessage()).contains("no valid session token"), e::toString);
    }

    @Test
    void aSilentServiceDelaysAlertsOnlyForAMoment() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            InstanceMetadata metadata = InstanceMetadata.at(URI.create("http://127.0.0.1:" + silent.getLocalPort()));
            try (SensorIdentity identity = SensorIdentity.start(
                    new IdentityOptions(null, true, InstanceIdMode.IMDS),
                    folder.resolve("board_asset_tag"),
                    metadata,
                    () -> NOW,
                    INTERVAL,
                    (_, line) -> log.add(line))) {
                assertEquals(Optional.empty(), identity.instanceId());
                assertEquals(DeliveryCredentials.NONE, identity.current());
            }
        }
    }

    @Test
    void anUnexpectedFailureDoesNotEndTheReading() throws Exception {
        Path file = folder.resolve("jwt");
        writeSecret(file, TestTokens.expiring(NOW.getEpochSecond() + 600));
        AtomicInteger reads = new AtomicInteger();
        InstantSource failsOnce = () -> {
            if (reads.getAndIncrement() == 0) {
                throw new IllegalStateException("the first reading fails");
            }
            return NOW;
        };
        try (SensorIdentity identity = SensorIdentity.start(
                new IdentityOptions(file, false, InstanceIdMode.OFF),
                folder.resolve("board_asset_tag"),
                stub.client(),
                failsOnce,
                INTERVAL,
                (_, line) -> log.add(line))) {
            await().until(() -> log.contains("identity: credential reader is available again"));
            assertTrue(log.contains("reading the credentials failed: IllegalStateException"), log.toString());
            assertEquals(NOW.getEpochSecond() + 600, identity.status().tokenExpires());
        }
    }
}
