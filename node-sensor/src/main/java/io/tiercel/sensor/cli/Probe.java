package io.tiercel.sensor.cli;

import io.tiercel.http.BoundedHttpClient;
import io.tiercel.http.HttpLimits;
import io.tiercel.http.HttpResult;
import io.tiercel.http.OutboundRequest;
import io.tiercel.http.TlsFiles;
import io.tiercel.sensor.app.UserErrorException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks sensors and a server over HTTP. A sensor that has passed is not asked again. */
final class Probe implements AutoCloseable {
    private static final HttpLimits LIMITS =
            new HttpLimits(Duration.ofSeconds(3), Duration.ofSeconds(5), HttpLimits.MAX_BODY_BYTES);
    private static final int MAX_REASON = 200;
    private static final Pattern ADDRESS = Pattern.compile("([A-Za-z0-9._-]+):([0-9]{1,5})");
    private static final Pattern DELIVERED =
            Pattern.compile("(?m)^tiercel_delivered_alerts_total\\{[^}]*outcome=\"stored\"[^}]*} ([0-9.eE+]+)$");

    private final BoundedHttpClient client;
    private final @Nullable String token;
    private final Set<String> passed = new TreeSet<>();

    /** @param token the token of clients that read the sensors' metrics; null for none */
    Probe(TlsFiles tls, @Nullable String token) {
        this.token = token;
        this.client = new BoundedHttpClient(LIMITS, tls);
    }

    /** Returns a description of each check that has passed. */
    List<String> passed() {
        return List.copyOf(passed);
    }

    /** Returns the problems of the server; empty if it answers. */
    List<String> checkServer(URI server) throws InterruptedException {
        HttpResult result = get(server.resolve("/health"), Map.of());
        if (result instanceof HttpResult.Responded answer && answer.successful()) {
            passed.add("the server " + server + " answers");
            return List.of();
        }
        return List.of("the server " + server + ": " + reason(result));
    }

    /**
     * Returns the problems of all sensors; empty if there is none.
     *
     * @param address host and port of their metrics
     * @param delivery whether each must have delivered an alert
     */
    List<String> checkSensors(String address, boolean delivery) throws InterruptedException {
        Matcher parts = ADDRESS.matcher(address);
        if (!parts.matches()) {
            throw UserErrorException.input("--sensors requires HOST:PORT, not " + address);
        }
        InetAddress[] found;
        try {
            found = InetAddress.getAllByName(parts.group(1));
        } catch (UnknownHostException e) {
            return List.of("no sensor is running: " + parts.group(1) + " has no address");
        }
        List<String> problems = new ArrayList<>();
        for (InetAddress each : found) {
            String host = each instanceof Inet6Address ? "[" + each.getHostAddress() + "]" : each.getHostAddress();
            String sensor = host + ":" + parts.group(2);
            String success = "the sensor " + sensor + (delivery ? " is ready and delivers alerts" : " is ready");
            if (!passed.contains(success)) {
                String problem = problem(URI.create("http://" + sensor), delivery);
                if (problem.isEmpty()) {
                    passed.add(success);
                } else {
                    problems.add("the sensor " + sensor + ": " + problem);
                }
            }
        }
        return problems;
    }

    /** Returns an empty text if there is none. */
    private String problem(URI sensor, boolean delivery) throws InterruptedException {
        HttpResult ready = get(sensor.resolve("/readyz"), Map.of());
        if (!(ready instanceof HttpResult.Responded answer) || !answer.successful()) {
            return reason(ready);
        }
        if (!delivery) {
            return "";
        }
        HttpResult metrics =
                get(sensor.resolve("/metrics"), token == null ? Map.of() : Map.of("Authorization", "Bearer " + token));
        if (!(metrics instanceof HttpResult.Responded text) || !text.successful()) {
            return reason(metrics);
        }
        Matcher delivered = DELIVERED.matcher(text.body());
        return delivered.find() && Double.parseDouble(delivered.group(1)) > 0
                ? ""
                : "it has not delivered an alert yet; its log has the reason";
    }

    private HttpResult get(URI address, Map<String, String> headers) throws InterruptedException {
        return client.send(new OutboundRequest("GET", address, headers, new byte[0]));
    }

    /** The text of a response is data of another process: one short line without control characters. */
    private static String reason(HttpResult result) {
        String reason = switch (result) {
            case HttpResult.Responded answer -> "status " + answer.status() + " " + answer.body();
            case HttpResult.NoResponse none -> none.reason();
        };
        String line = reason.replaceAll("[\\p{Cntrl}\\p{Cf}]+", " ").strip();
        return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "...";
    }

    @Override
    public void close() {
        client.close();
    }
}
