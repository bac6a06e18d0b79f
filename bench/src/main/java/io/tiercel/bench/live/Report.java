package io.tiercel.bench.live;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The results as a table and as JSON. The table has medians over the rounds, and for slow-downs also minimum and
 * maximum. Lost events and alerts are summed over the rounds.
 *
 * @param observations results of all loads, sensors and rounds
 */
record Report(Machine machine, String rules, double scale, List<Observation> observations)
        implements Benchmark.Results {
    private static final double MEGABYTE = 1 << 20;

    private static final String TABLE_HEADER = "| Load | Sensor | Bare, s | Slow-down | CPU, s | Events seen | Lost"
            + " | Filtered | Alerts | RSS, MiB | PSS, MiB | First event, s |\n"
            + "|---|---|---|---|---|---|---|---|---|---|---|---|\n";

    @Override
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                "Machine: %s, %d CPUs, kernel %s, load before %.1f. Rules: %s. Rounds: %d.%s%n%n",
                machine.processor(),
                machine.cpus(),
                machine.kernel(),
                machine.load(),
                rules,
                observations.stream().mapToInt(Observation::round).max().orElse(0),
                scale == 1 ? "" : " Scaled by " + scale + ": not a measurement."));
        table.append(TABLE_HEADER);
        for (Load load :
                EnumSet.copyOf(observations.stream().map(Observation::load).toList())) {
            for (String sensor :
                    observations.stream().map(Observation::sensor).distinct().toList()) {
                table.append(row(load, sensor, select(load, sensor)));
            }
        }
        return table.toString();
    }

    private List<Observation> select(Load load, String sensor) {
        return observations.stream()
                .filter(o -> o.load() == load && o.sensor().equals(sensor))
                .toList();
    }

    private String row(Load load, String sensor, List<Observation> rounds) {
        double[] slowDowns = rounds.stream().mapToDouble(Observation::slowDown).toArray();
        return String.format(
                "| %s | %s | %.2f | x%.2f (%.2f to %.2f) | %.2f | %s | %s | %s | %s | %.0f | %.0f | %s |%n",
                load.title(scale),
                sensor,
                median(rounds, Observation::bareSeconds),
                median(slowDowns),
                Arrays.stream(slowDowns).min().orElse(0),
                Arrays.stream(slowDowns).max().orElse(0),
                median(rounds, Observation::cpuSeconds),
                count(rounds, o -> o.eventsSeen().orElse(0), rounds.getFirst().eventsSeen()),
                sum(rounds, o -> o.eventsLost().orElse(0), rounds.getFirst().eventsLost()),
                count(
                        rounds,
                        o -> o.eventsFiltered().orElse(0),
                        rounds.getFirst().eventsFiltered()),
                load.baits() == 0 || rounds.getFirst().startSeconds().isEmpty()
                        ? "-"
                        : rounds.stream().mapToLong(Observation::alerts).sum() + " of " + load.baits() * rounds.size(),
                median(rounds, o -> o.rssBytes() / MEGABYTE),
                median(rounds, o -> o.pssBytes() / MEGABYTE),
                rounds.getFirst().startSeconds().isEmpty()
                        ? "n/a"
                        : String.format(
                                "%.2f", median(rounds, o -> o.startSeconds().orElse(0))));
    }

    private static String count(List<Observation> rounds, ToLongFunction<Observation> value, OptionalLong firstValue) {
        return firstValue.isEmpty()
                ? "n/a"
                : String.format("%,.0f", median(rounds, o -> (double) value.applyAsLong(o)));
    }

    private static String sum(List<Observation> rounds, ToLongFunction<Observation> value, OptionalLong firstValue) {
        return firstValue.isEmpty()
                ? "n/a"
                : String.format("%,d", rounds.stream().mapToLong(value).sum());
    }

    private static double median(List<Observation> rounds, ToDoubleFunction<Observation> value) {
        return median(rounds.stream().mapToDouble(value).toArray());
    }

    /** Returns the median. For an even number of values, this is the mean of the middle two. */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Returns all observations. Values that a sensor does not report are null. */
    @Override
    public String json() throws IOException {
        return JsonText.object(json -> {
            machine.write(json);
            json.writeStringField("rules", rules);
            json.writeNumberField("scale", scale);
            json.writeArrayFieldStart("observations");
            for (Observation observation : observations) {
                write(observation, json);
            }
            json.writeEndArray();
        });
    }

    private void write(Observation o, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("load", o.load().name().toLowerCase(Locale.ROOT));
        json.writeStringField("sensor", o.sensor());
        json.writeNumberField("round", o.round());
        json.writeNumberField("bare_seconds", o.bareSeconds());
        json.writeNumberField("seconds", o.seconds());
        json.writeNumberField("slow_down", o.slowDown());
        json.writeNumberField("cpu_seconds", o.cpuSeconds());
        write("events_seen", o.eventsSeen(), json);
        write("events_lost", o.eventsLost(), json);
        write("events_filtered", o.eventsFiltered(), json);
        json.writeNumberField("alerts_expected", o.load().baits());
        write("alerts", o.startSeconds().isPresent() ? OptionalLong.of(o.alerts()) : OptionalLong.empty(), json);
        json.writeNumberField("rss_bytes", o.rssBytes());
        json.writeNumberField("pss_bytes", o.pssBytes());
        if (o.startSeconds().isPresent()) {
            json.writeNumberField("first_event_seconds", o.startSeconds().getAsDouble());
        } else {
            json.writeNullField("first_event_seconds");
        }
        json.writeEndObject();
    }

    /** Writes a field, null if the sensor does not report the value. */
    static void write(String name, OptionalLong value, JsonGenerator json) throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.getAsLong());
        } else {
            json.writeNullField(name);
        }
    }
}
