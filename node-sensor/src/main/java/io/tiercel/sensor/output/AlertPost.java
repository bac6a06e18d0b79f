package io.tiercel.sensor.output;

import io.tiercel.sensor.spool.SpooledAlert;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** One request with a batch of alerts, and what the answer means. */
final class AlertPost implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final int ACCEPTED = 202;

    /** What the server said about a batch. */
    enum Verdict {
        /** Stored: need not be sent again. */
        ACCEPTED,
        /** Something in it cannot be read: sending it again would not help. */
        REFUSED,
        /** Not now, or not for us: worth another try. */
        LATER
    }

    /**
     * Outcome of a request.
     *
     * @param verdict what it means
     * @param detail the answer or the failure, for people
     */
    record Answer(Verdict verdict, String detail) {}

    private final ServerAddress server;
    private final Duration timeout;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    AlertPost(ServerAddress server, Duration timeout) {
        this.server = server;
        this.timeout = timeout;
    }

    Answer send(List<SpooledAlert> alerts) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.alerts())
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("User-Agent", "tiercel-sensor")
                .POST(BodyPublishers.ofByteArray(array(alerts)))
                .build();
        try {
            HttpResponse<Void> response = client.send(request, BodyHandlers.discarding());
            return new Answer(verdict(response.statusCode()), "it answers " + response.statusCode());
        } catch (IOException e) {
            return new Answer(Verdict.LATER, reason(e));
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        if (message != null) {
            return message;
        }
        return e instanceof ConnectException ? "no connection" : e.getClass().getSimpleName();
    }

    /** Only what blames the alerts refuses them: a wrong address, key or rate is not the alerts' fault. */
    private static Verdict verdict(int status) {
        return switch (status) {
            case ACCEPTED -> Verdict.ACCEPTED;
            case 400, 413, 415, 422 -> Verdict.REFUSED;
            default -> Verdict.LATER;
        };
    }

    private static byte[] array(List<SpooledAlert> alerts) {
        ByteArrayOutputStream array = new ByteArrayOutputStream();
        char before = '[';
        for (SpooledAlert alert : alerts) {
            array.write(before);
            array.writeBytes(alert.json());
            before = ',';
        }
        array.write(']');
        return array.toByteArray();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
