package io.tiercel.bench.live;

import java.io.IOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * What a sensor serves to Prometheus, in its text format.
 *
 * @param text one sample a line: name, labels, value
 */
record MetricsPage(String text) {
    private static final int LONGEST_MS = 5_000;

    static MetricsPage read(URI address) throws IOException {
        URLConnection connection = address.toURL().openConnection();
        connection.setConnectTimeout(LONGEST_MS);
        connection.setReadTimeout(LONGEST_MS);
        try (var in = connection.getInputStream()) {
            return new MetricsPage(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The sum of a metric over its labels; 0 if there is none. */
    long sum(String name) {
        return sum(name::equals).orElse(0);
    }

    /** What the kernel's first pass dropped; empty for a sensor that has none. */
    OptionalLong firstPassDropped() {
        return sum("tiercel_events_dropped_total"::equals);
    }

    private OptionalLong sum(Predicate<String> wanted) {
        double sum = 0;
        boolean found = false;
        for (String line : text.split("\n")) {
            int end = line.indexOf('{') >= 0 ? line.indexOf('{') : line.indexOf(' ');
            if (!line.startsWith("#") && end > 0 && wanted.test(line.substring(0, end))) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
                found = true;
            }
        }
        return found ? OptionalLong.of(Math.round(sum)) : OptionalLong.empty();
    }
}
