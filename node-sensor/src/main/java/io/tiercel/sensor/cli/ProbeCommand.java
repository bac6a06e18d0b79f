package io.tiercel.sensor.cli;

import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.UserErrorException;
import io.tiercel.sensor.identity.TokenFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tiercel probe}, which the chart's {@code helm test} runs. */
@Command(
        name = "probe",
        description = "Checks over the network that sensors are ready and deliver alerts, and that a server answers."
                + " Repeats the check until it succeeds or the time is over.",
        mixinStandardHelpOptions = true)
final class ProbeCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofSeconds(2);
    private static final int MAX_SECONDS = 1800;

    private final StandardStreams streams;

    @Option(
            names = "--sensors",
            paramLabel = "HOST:PORT",
            description = "Metrics address of sensors. All addresses of the host are checked.")
    private @Nullable String sensors;

    @Option(names = "--delivery", description = "Also check that each sensor has delivered an alert.")
    private boolean delivery;

    @Option(
            names = "--metrics-token-file",
            paramLabel = "FILE",
            description = "File with the token that the sensors' metrics require.")
    private @Nullable Path tokenFile;

    @Option(names = "--server", paramLabel = "URL", description = "URL of the functions' server.")
    private @Nullable URI server;

    @Option(names = "--ca", paramLabel = "FILE", description = "Certificate authority of the server (PEM).")
    private @Nullable Path ca;

    @Option(names = "--cert", paramLabel = "FILE", description = "Client certificate (PEM).")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Private key of the client certificate (PEM, PKCS #8).")
    private @Nullable Path key;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "Time until the check fails. Default: 60.")
    private int seconds = 60;

    ProbeCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (sensors == null && server == null) {
            throw UserErrorException.input("probe requires --sensors or --server");
        }
        if (seconds < 1 || seconds > MAX_SECONDS) {
            throw UserErrorException.input("--timeout must be from 1 to " + MAX_SECONDS);
        }
        try (Probe probe = new Probe(tls(), token())) {
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            List<String> problems = problems(probe);
            while (!problems.isEmpty() && System.nanoTime() < end) {
                Thread.sleep(PAUSE);
                problems = problems(probe);
            }
            problems.forEach(problem -> streams.out().println("failed  " + problem));
            if (problems.isEmpty()) {
                probe.passed().forEach(passed -> streams.out().println("ok      " + passed));
            }
            return (problems.isEmpty() ? ExitCode.OK : ExitCode.BAD_INPUT).number();
        }
    }

    private List<String> problems(Probe probe) throws InterruptedException {
        List<String> problems = new ArrayList<>();
        if (server != null) {
            problems.addAll(probe.checkServer(server));
        }
        if (sensors != null) {
            problems.addAll(probe.checkSensors(sensors, delivery));
        }
        return problems;
    }

    private @Nullable String token() {
        try {
            return tokenFile == null ? null : new TokenFile(tokenFile).read().value();
        } catch (IOException e) {
            throw UserErrorException.input("--metrics-token-file: " + e.getMessage());
        }
    }

    private TlsFiles tls() {
        try {
            return new TlsFiles(ca, certificate, key);
        } catch (IllegalArgumentException e) {
            throw UserErrorException.input("--cert and --key must be set together");
        }
    }
}
