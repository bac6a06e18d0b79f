package io.tiercel.bench.live;

import java.io.IOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The metrics of a sensor in Prometheus text format.
 *
 * @param text one sample per line: name, labels, value
 */
record MetricsPage(String text) {
    private static final int TIMEOUT_MS = 5_000;

    static MetricsPage read(URI address) throws IOException {
        URLConnection connection = address.toURL().openConnection();
        connection.setConnectTimeout(TIMEOUT_MS);
        connection.setReadTimeout(TIMEOUT_MS);
        try (var in = connection.getInputStream()) {
            return new MetricsPage(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** Returns the sum of a metric over all labels, or 0 if the metric is missing. */
    long sum(String name) {
        return sum(name::equals).orElse(0);
    }

    /** Returns the number of events dropped by the prefilter, or empty if the sensor does not report it. */
    OptionalLong eventsFiltered() {
        return sum("tiercel_events_filtered_total"::equals);
    }

    private OptionalLong sum(Predicate<String> nameFilter) {
        double sum = 0;
        boolean found = false;
        for (String line : text.split("\n")) {
            int end = line.indexOf('{') >= 0 ? line.indexOf('{') : line.indexOf(' ');
            if (!line.startsWith("#") && end > 0 && nameFilter.test(line.substring(0, end))) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                found = true;
            }
        }
        return found ? OptionalLong.of(Math.round(sum)) : OptionalLong.empty();
    }
}
