package io.tiercel.sensor.grpc;

import io.tiercel.sensor.certs.CertificateAuthority;
import io.tiercel.sensor.certs.CertificateAuthority.Validity;
import io.tiercel.sensor.certs.Credential;
import io.tiercel.sensor.grpc.GrpcOptions.MutualTlsFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A test authority, and the certificate files that it issues. */
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

    /** Returns the files of the server, which have the same names for every authority in a folder. */
    MutualTlsFiles server() throws IOException {
        return files("server", authority.issueServer(List.of("localhost", "127.0.0.1"), NOW));
    }

    MutualTlsFiles client(String name) throws IOException {
        return client(name, NOW);
    }

    MutualTlsFiles client(String name, Validity validity) throws IOException {
        return files("client", authority.issueClient(name, validity));
    }

    private MutualTlsFiles files(String name, Credential credential) throws IOException {
        Path key = folder.resolve(name + ".key");
        Files.writeString(key, credential.keyPem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return new MutualTlsFiles(
                Files.writeString(folder.resolve(name + ".crt"), credential.certificatePem()),
                key,
                Files.writeString(
                        folder.resolve("ca.crt"), authority.credential().certificatePem()));
    }
}
