package io.tiercel.bench.live;

import java.io.IOException;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    /** Returns the value of a metric without labels, or 0 if the metric is missing. */
    double value(String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    /** Returns the sum of a metric over all labels, or 0 if the metric is missing. */
    long sum(String name) {
        return sum(name::equals).orElse(0);
    }

    /** Returns the number of events dropped by the prefilter, or empty if the sensor does not report it. */
    OptionalLong eventsFiltered() {
        return sum("tiercel_events_filtered_total"::equals);
    }

    /** Returns the values of a metric by one of its labels, in the order of the page. */
    Map<String, Double> valuesByLabel(String name, String label) {
        Map<String, Double> values = new LinkedHashMap<>();
        Pattern sample = Pattern.compile(Pattern.quote(name) + "\\{.*\\b" + label + "=\"([^\"]*)\".*} (\\S+)");
        text.lines()
                .map(sample::matcher)
                .filter(Matcher::matches)
                .forEach(matcher -> values.put(matcher.group(1), Double.parseDouble(matcher.group(2))));
        return values;
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
