package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.UserErrorException;
import io.tiercel.sensor.certs.CertificateAuthority;
import io.tiercel.sensor.certs.CertificateAuthority.Validity;
import io.tiercel.sensor.certs.Credential;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tiercel certs}. */
@Command(
        name = "certs",
        description =
                "Creates a certificate authority, a server certificate and a client certificate to try out the gRPC"
                        + " API.",
        mixinStandardHelpOptions = true)
final class CertsCommand implements Runnable {
    private static final int MAX_DAYS = 3650;
    private static final int MAX_NAME = 64;
    /** Allows for clock skew between machines. */
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

    private static final FileAttribute<?> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final StandardStreams streams;

    @Option(names = "--dir", paramLabel = "DIR", description = "Folder to write to. Default: tiercel-certs.")
    private Path folder = Path.of("tiercel-certs");

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "Host name or address of the sensor. Repeatable. Default:" + " localhost, 127.0.0.1, ::1.")
    private List<String> hosts = List.of("localhost", "127.0.0.1", "::1");

    @Option(
            names = "--client",
            paramLabel = "NAME",
            description = "Name in the client certificate. Default: tiercel-client.")
    private String client = "tiercel-client";

    @Option(names = "--days", paramLabel = "N", description = "Validity in days. Default: 90.")
    private int days = 90;

    @Option(names = "--force", description = "Overwrite existing files.")
    private boolean force;

    CertsCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        if (days < 1 || days > MAX_DAYS) {
            throw error("--days must be 1 to " + MAX_DAYS);
        }
        for (String name : hosts) {
            checkName("--host", name);
        }
        checkName("--client", client);
        Map<String, String> files = files();
        write(files);
        streams.info(
                "created " + String.join(", ", files.keySet()) + " in " + folder + ", valid for " + days + " days");
        streams.info("next:");
        streams.info("  ./tiercel sensor --grpc 127.0.0.1:5060 --grpc-cert " + folder.resolve("server.crt")
                + " --grpc-key " + folder.resolve("server.key") + " --grpc-ca " + folder.resolve("ca.crt")
                + " --grpc-allow " + client);
        streams.info("  ./tiercel alerts --address " + hosts.getFirst() + ":5060 --cert " + folder.resolve("client.crt")
                + " --key " + folder.resolve("client.key") + " --ca " + folder.resolve("ca.crt"));
    }

    private Map<String, String> files() {
        Instant now = Instant.now();
        Validity validity = new Validity(now.minus(CLOCK_SKEW), now.plus(Duration.ofDays(days)));
        try {
            CertificateAuthority authority = CertificateAuthority.create("Tiercel test authority", validity);
            Map<String, String> files = new LinkedHashMap<>();
            put(files, "ca", authority.credential());
            put(files, "server", authority.issueServer(hosts, validity));
            put(files, "client", authority.issueClient(client, validity));
            return files;
        } catch (IllegalArgumentException e) {
            throw error(String.valueOf(e.getMessage()));
        }
    }

    private static void put(Map<String, String> files, String name, Credential credential) {
        files.put(name + ".crt", credential.certificatePem());
        files.put(name + ".key", credential.keyPem());
    }

    private void write(Map<String, String> files) {
        try {
            Files.createDirectories(folder.toAbsolutePath(), FOLDER);
            for (String name : files.keySet()) {
                Path file = folder.resolve(name);
                if (!force && Files.exists(file)) {
                    throw error(
                            file + " already exists; use --force to overwrite it, or --dir to choose another folder");
                }
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.deleteIfExists(path);
                try (var channel = Files.newByteChannel(
                        path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE)) {
                    channel.write(ByteBuffer.wrap(file.getValue().getBytes(StandardCharsets.US_ASCII)));
                }
            }
        } catch (IOException e) {
            throw error("cannot write the certificates to " + folder + ": " + e);
        }
    }

    private static void checkName(String option, String name) {
        boolean valid = name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ',' && c != '=' && c != '+');
        if (name.isEmpty() || name.length() > MAX_NAME || !valid) {
            throw error(option + " must be 1 to " + MAX_NAME + " printable ASCII characters without spaces, not \""
                    + name + "\"");
        }
    }

    private static UserErrorException error(String problem) {
        return UserErrorException.input(problem);
    }
}
