package io.tiercel.sensor.cli;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertJson;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.UserErrorException;
import io.tiercel.sensor.grpc.AlertsClient;
import io.tiercel.sensor.grpc.GrpcException;
import io.tiercel.sensor.grpc.GrpcOptions;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code tiercel alerts}. */
@Command(
        name = "alerts",
        description = "Streams the alerts of a running sensor, one JSON object per line.",
        mixinStandardHelpOptions = true)
final class AlertsCommand implements Runnable {
    private static final String UNIX_PREFIX = "unix:";

    private final StandardStreams streams;

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT|unix:PATH",
            description = "Address of the sensor's gRPC server. Default: unix:/run/tiercel/tiercel.sock.")
    private String address = "unix:/run/tiercel/tiercel.sock";

    @Option(names = "--cert", paramLabel = "FILE", description = "Client certificate (PEM), required for HOST:PORT.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Private key of the client certificate (PEM, PKCS #8).")
    private @Nullable Path key;

    @Option(names = "--ca", paramLabel = "FILE", description = "Certificate authority of the sensor (PEM).")
    private @Nullable Path ca;

    @Option(
            names = "--filter",
            paramLabel = "CONDITION",
            description =
                    "Condition that alerts must match, e.g. 'priority in (Critical, Error) and proc.name = bash'.")
    private String filter = "";

    @Option(names = "--priority", paramLabel = "PRIORITY", description = "Minimum priority. Default: debug.")
    private String priority = "debug";

    @Option(
            names = "--resume",
            paramLabel = "ID",
            description = "Start after the alert with this id, if the sensor still has it in memory.")
    private String resume = "";

    @Option(names = "--for", paramLabel = "SECONDS", description = "Stop after this time.")
    private @Nullable Integer seconds;

    AlertsCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        Priority threshold =
                Priority.parse(priority).orElseThrow(() -> error("--priority: unknown priority " + priority));
        if (seconds != null && seconds < 0) {
            throw error("--for requires a number of seconds, e.g. --for 20");
        }
        try (AlertsClient client = client()) {
            client.read(filter, threshold, resume, seconds, new Printer(streams.out()));
        } catch (GrpcException e) {
            String problem = address + ": " + e.getMessage();
            throw e.unreachable() ? UserErrorException.unreachable(problem) : error(problem);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private AlertsClient client() throws GrpcException {
        if (address.startsWith(UNIX_PREFIX)) {
            if (certificate != null || key != null || ca != null) {
                throw error("--cert, --key and --ca are not valid with a Unix socket");
            }
            return AlertsClient.connect(Path.of(address.substring(UNIX_PREFIX.length())));
        }
        if (certificate == null || key == null || ca == null) {
            throw error("--address " + address + " requires --cert, --key and --ca");
        }
        try {
            return AlertsClient.connect(
                    GrpcOptions.Address.parse(address), new GrpcOptions.MutualTlsFiles(certificate, key, ca));
        } catch (IllegalArgumentException e) {
            throw error("--address: " + e.getMessage());
        }
    }

    private static UserErrorException error(String problem) {
        return UserErrorException.input(problem);
    }

    /** Prints one line for each alert and for each gap. */
    private record Printer(PrintStream out) implements AlertsClient.Receiver {
        private static final AlertJson JSON = AlertJson.defaults();

        @Override
        public void onAlert(Alert alert) {
            print(JSON.write(alert));
        }

        @Override
        public void onGap(long count, long unfiltered, boolean unknown, Map<String, Long> byRule) {
            StringBuilder rules = new StringBuilder();
            new TreeMap<>(byRule).forEach((rule, number) -> {
                rules.append(rules.isEmpty() ? "\"" : ",\"");
                JsonStringEncoder.getInstance().quoteAsString(rule, rules);
                rules.append("\":").append(number);
            });
            print("{\"missed\":" + count + ",\"unfiltered\":" + unfiltered + ",\"unknown\":" + unknown
                    + ",\"by_rule\":{" + rules + "}}");
        }

        private void print(String line) {
            byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
            out.write(bytes, 0, bytes.length);
            out.flush();
        }
    }
}
