package io.tiercel.functions.console.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;

/**
 * The alerts of the last hour, by minute, as a path of SVG.
 *
 * @param path the path's data, numbers and commands only, in a box of 120 by 20
 * @param total the number of alerts
 * @param max the number of alerts of the busiest minute
 */
public record Sparkline(String path, long total, long max) {
    private static final int WIDTH = 120;
    private static final int HEIGHT = 20;
    private static final int MAX_POINTS = 120;
    private static final int MIN_BAR = 2;

    /** Reads counts, the oldest first. */
    static Sparkline of(JsonNode counts) {
        List<Long> values = counts.valueStream()
                .map(value -> Math.max(0, value.asLong(0)))
                .limit(MAX_POINTS)
                .toList();
        long max = values.stream().mapToLong(Long::longValue).max().orElse(0);
        StringBuilder path = new StringBuilder();
        double step = values.isEmpty() ? 0 : (double) WIDTH / values.size();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) > 0) {
                double height = MIN_BAR + (HEIGHT - MIN_BAR) * (double) values.get(i) / max;
                path.append(String.format(
                        Locale.ROOT,
                        "M%.1f %d h%.1f v%.1f h%.1f z",
                        i * step,
                        HEIGHT,
                        step * 0.8,
                        -height,
                        -step * 0.8));
            }
        }
        return new Sparkline(
                path.toString(), values.stream().mapToLong(Long::longValue).sum(), max);
    }

    /** Returns a sentence for screen readers. */
    public String label() {
        return total == 0
                ? "No alerts in the last hour"
                : total + (total == 1 ? " alert" : " alerts") + " in the last hour, at most " + max + " in one minute";
    }
}
