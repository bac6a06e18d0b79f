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

/** {@code tiercel certs}. */
@Command(
        name = "certs",
        description = "Makes an authority of one's own, and certificates of a server and a client that it signs: for a"
                + " first try of the gRPC API.",
        mixinStandardHelpOptions = true)
final class CertsCommand implements Runnable {
    private static final int MAX_DAYS = 3650;
    private static final int MAX_NAME = 64;
    /** Clocks differ a little between machines. */
    private static final Duration EARLIER = Duration.ofMinutes(5);

    private static final FileAttribute<?> FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final StandardStreams streams;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where to. Default: tiercel-certs.")
    private Path folder = Path.of("tiercel-certs");

    @Option(
            names = "--host",
            paramLabel = "NAME",
            description = "Name or address under which clients reach the sensor; may be given several times. Default:"
                    + " localhost, 127.0.0.1, ::1.")
    private List<String> hosts = List.of("localhost", "127.0.0.1", "::1");

    @Option(
            names = "--client",
            paramLabel = "NAME",
            description = "Name in the client's certificate. Default: tiercel-client.")
    private String client = "tiercel-client";

    @Option(names = "--days", paramLabel = "N", description = "How long they are valid. Default: 90.")
    private int days = 90;

    @Option(names = "--force", description = "Overwrite what is there.")
    private boolean force;

    CertsCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        if (days < 1 || days > MAX_DAYS) {
            throw wrong("--days is 1 to " + MAX_DAYS);
        }
        for (String name : hosts) {
            named("--host", name);
        }
        named("--client", client);
        Map<String, String> files = files();
        write(files);
        streams.say("made " + String.join(", ", files.keySet()) + " in " + folder + ", valid for " + days + " days");
        streams.say("next:");
        streams.say("  ./tiercel sensor --grpc 127.0.0.1:5060 --grpc-cert " + folder.resolve("server.crt")
                + " --grpc-key " + folder.resolve("server.key") + " --grpc-ca " + folder.resolve("ca.crt")
                + " --grpc-allow " + client);
        streams.say("  ./tiercel alerts --address " + hosts.getFirst() + ":5060 --cert " + folder.resolve("client.crt")
                + " --key " + folder.resolve("client.key") + " --ca " + folder.resolve("ca.crt"));
    }

    private Map<String, String> files() {
        Instant now = Instant.now();
        Validity validity = new Validity(now.minus(EARLIER), now.plus(Duration.ofDays(days)));
        try {
            CertificateAuthority authority = CertificateAuthority.create("Tiercel trial authority", validity);
            Map<String, String> files = new LinkedHashMap<>();
            put(files, "ca", authority.own());
            put(files, "server", authority.server(hosts, validity));
            put(files, "client", authority.client(client, validity));
            return files;
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()));
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
                    throw wrong(file + " is there already; --force overwrites it, --dir names another folder");
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
            throw wrong("the certificates cannot be written to " + folder + " (" + e + ")");
        }
    }

    private static void named(String option, String name) {
        boolean plain = name.chars().allMatch(c -> c > ' ' && c < 0x7f && c != ',' && c != '=' && c != '+');
        if (name.isEmpty() || name.length() > MAX_NAME || !plain) {
            throw wrong(
                    option + " takes a name of 1 to " + MAX_NAME + " characters without blanks; not \"" + name + "\"");
        }
    }

    private static UserErrorException wrong(String problem) {
        return UserErrorException.input(problem);
    }
}
