package io.tiercel.sensor.cli;

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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tiercel alerts}. */
@Command(
        name = "alerts",
        description = "Prints the alerts of a running sensor as they come, one JSON object per line.",
        mixinStandardHelpOptions = true)
final class AlertsCommand implements Runnable {
    private static final String UNIX = "unix:";

    private final StandardStreams streams;

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT|unix:PATH",
            description = "Where the sensor offers them. Default: unix:/run/tiercel/tiercel.sock.")
    private String address = "unix:/run/tiercel/tiercel.sock";

    @Option(names = "--cert", paramLabel = "FILE", description = "The own certificate (PEM), for HOST:PORT.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Its key (PEM, PKCS #8).")
    private @Nullable Path key;

    @Option(names = "--ca", paramLabel = "FILE", description = "Who signs the sensor's certificate (PEM).")
    private @Nullable Path authority;

    @Option(
            names = "--filter",
            paramLabel = "CONDITION",
            description = "Which alerts, e.g. 'priority in (Critical, Error) and proc.name = bash'.")
    private String filter = "";

    @Option(names = "--priority", paramLabel = "PRIORITY", description = "Least urgent priority. Default: debug.")
    private String priority = "debug";

    @Option(
            names = "--resume",
            paramLabel = "ID",
            description = "Go on behind the alert of this id, as far as the sensor remembers.")
    private String resume = "";

    @Option(names = "--for", paramLabel = "SECONDS", description = "Stop by itself after so long.")
    private @Nullable Integer seconds;

    AlertsCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        Priority threshold = Priority.parse(priority).orElseThrow(() -> wrong("--priority: there is no " + priority));
        if (seconds != null && seconds < 0) {
            throw wrong("--for wants a number of seconds, e.g. --for 20");
        }
        try (AlertsClient client = client()) {
            client.read(filter, threshold, resume, seconds, new Printer(streams.out()));
        } catch (GrpcException e) {
            throw wrong(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private AlertsClient client() throws GrpcException {
        if (address.startsWith(UNIX)) {
            if (certificate != null || key != null || authority != null) {
                throw wrong("a Unix socket takes no certificates: leave out --cert, --key and --ca");
            }
            return AlertsClient.of(Path.of(address.substring(UNIX.length())));
        }
        if (certificate == null || key == null || authority == null) {
            throw wrong("--address " + address + " needs --cert, --key and --ca");
        }
        try {
            return AlertsClient.of(
                    GrpcOptions.Address.parse(address), new GrpcOptions.TlsFiles(certificate, key, authority));
        } catch (IllegalArgumentException e) {
            throw wrong("--address: " + e.getMessage());
        }
    }

    private static UserErrorException wrong(String problem) {
        return UserErrorException.input(problem);
    }

    /** One line for each alert, and for each place where some are missing. */
    private record Printer(PrintStream out) implements AlertsClient.Receiver {
        private static final AlertJson JSON = AlertJson.defaults();

        @Override
        public void alert(Alert alert) {
            line(JSON.write(alert));
        }

        @Override
        public void missed(long count, long unfiltered, boolean unknown) {
            line("{\"missed\":" + count + ",\"unfiltered\":" + unfiltered + ",\"unknown\":" + unknown + "}");
        }

        private void line(String text) {
            byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
            out.write(bytes, 0, bytes.length);
            out.flush();
        }
    }
}
