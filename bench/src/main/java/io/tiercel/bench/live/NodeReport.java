package io.tiercel.bench.live;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The runs of the node benchmark as a table and as JSON.
 *
 * @param rules official rules of Tiercel's sensor, for the reader
 * @param minutes duration of each run
 */
record NodeReport(Machine machine, List<Path> rules, double minutes, List<NodeObservation> observations)
        implements Benchmark.Results {
    private static final double MEGABYTE = 1 << 20;

    @Override
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                "Machine: %s, %d CPUs, kernel %s, load before %.1f. Rules: %s. Minutes: %s.%n%n",
                machine.processor(),
                machine.cpus(),
                machine.kernel(),
                machine.load(),
                RuleOptions.names(rules),
                minutes));
        table.append("| Run | Sensor | Rules | Containers | Processes | Opens/s | Forks/s | CPU, s | CPU, % of one"
                        + " | RSS, MiB: start, middle, end | PSS, MiB: start, middle, end | Events seen/s | Filtered/s"
                        + " | Lost | Alerts | First event, s |\n")
                .append("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        observations.forEach(observation -> table.append(row(observation)));
        return table.toString();
    }

    private static String row(NodeObservation o) {
        double seconds = o.work().seconds();
        return String.format(
                "| %s | %s | %s | %,d | %,d | %,.0f | %,.0f | %.2f | %.1f | %s | %s | %s | %s | %s | %d of %d | %.2f |%n",
                o.run().title(),
                o.sensor(),
                o.rules() == 0 ? "n/a" : String.format("%,d", o.rules()),
                o.profile().containers(),
                o.profile().processes(),
                o.work().opens() / seconds,
                o.work().forks() / seconds,
                o.cpuSeconds(),
                o.cpuPercent(),
                memory(o, ResourceUsage::rssBytes),
                memory(o, ResourceUsage::pssBytes),
                rate(o.eventsSeen(), seconds),
                rate(o.eventsFiltered(), seconds),
                o.eventsLost().isEmpty()
                        ? "n/a"
                        : String.format("%,d", o.eventsLost().getAsLong()),
                o.alerts(),
                o.work().baits(),
                o.startSeconds());
    }

    private static String memory(NodeObservation observation, ToLongFunction<ResourceUsage> value) {
        return observation.memory().stream()
                .map(usage -> String.format("%.0f", value.applyAsLong(usage) / MEGABYTE))
                .collect(Collectors.joining(", "));
    }

    private static String rate(OptionalLong count, double seconds) {
        return count.isEmpty() ? "n/a" : String.format("%,.0f", count.getAsLong() / seconds);
    }

    @Override
    public String json() throws IOException {
        return JsonText.object(json -> {
            machine.write(json);
            json.writeStringField("rules", RuleOptions.names(rules));
            json.writeNumberField("minutes", minutes);
            json.writeArrayFieldStart("observations");
            for (NodeObservation observation : observations) {
                write(observation, json);
            }
            json.writeEndArray();
        });
    }

    private static void write(NodeObservation o, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("run", o.run().name().toLowerCase(Locale.ROOT));
        json.writeStringField("sensor", o.sensor());
        json.writeNumberField("rules", o.rules());
        json.writeNumberField("containers", o.profile().containers());
        json.writeNumberField("processes", o.profile().processes());
        json.writeNumberField("opens_per_second_requested", o.profile().opens());
        json.writeNumberField("forks_per_second_requested", o.profile().forks());
        json.writeNumberField("seconds", o.work().seconds());
        json.writeNumberField("opens", o.work().opens());
        json.writeNumberField("forks", o.work().forks());
        json.writeNumberField("cpu_seconds", o.cpuSeconds());
        json.writeArrayFieldStart("rss_bytes");
        for (ResourceUsage usage : o.memory()) {
            json.writeNumber(usage.rssBytes());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("pss_bytes");
        for (ResourceUsage usage : o.memory()) {
            json.writeNumber(usage.pssBytes());
        }
        json.writeEndArray();
        Report.write("events_seen", o.eventsSeen(), json);
        Report.write("events_lost", o.eventsLost(), json);
        Report.write("events_filtered", o.eventsFiltered(), json);
        json.writeNumberField("alerts_expected", o.work().baits());
        json.writeNumberField("alerts", o.alerts());
        json.writeNumberField("first_event_seconds", o.startSeconds());
        json.writeEndObject();
    }
}
