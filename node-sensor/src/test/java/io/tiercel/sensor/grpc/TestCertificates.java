package io.tiercel.sensor.grpc;

import io.tiercel.sensor.certs.CertificateAuthority;
import io.tiercel.sensor.certs.CertificateAuthority.Validity;
import io.tiercel.sensor.certs.Credential;
import io.tiercel.sensor.grpc.GrpcOptions.TlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** An authority and the files of what it signs. */
final class TestCertificates {
    static final Validity NOW =
            new Validity(Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)));
    static final Validity PAST =
            new Validity(Instant.now().minus(Duration.ofHours(2)), Instant.now().minus(Duration.ofHours(1)));

    private final Path folder;
    private final CertificateAuthority authority = CertificateAuthority.create("test authority", NOW);

    TestCertificates(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    /** The server's files, under the same names for every authority of a folder. */
    TlsFiles server() throws IOException {
        return files("server", authority.server(List.of("localhost", "127.0.0.1"), NOW));
    }

    TlsFiles client(String name) throws IOException {
        return client(name, NOW);
    }

    TlsFiles client(String name, Validity validity) throws IOException {
        return files("client", authority.client(name, validity));
    }

    private TlsFiles files(String name, Credential credential) throws IOException {
        Path key = folder.resolve(name + ".key");
        Files.writeString(key, credential.keyPem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return new TlsFiles(
                Files.writeString(folder.resolve(name + ".crt"), credential.certificatePem()),
                key,
                Files.writeString(folder.resolve("ca.crt"), authority.own().certificatePem()));
    }
}
