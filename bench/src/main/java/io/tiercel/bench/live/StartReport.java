package io.tiercel.bench.live;

import io.tiercel.sensor.start.StartPhase;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The starts as tables and as JSON.
 *
 * @param rules rules of Tiercel's sensor, for the reader
 * @param starts all starts of all sensors
 */
record StartReport(Machine machine, String rules, List<SensorStart> starts) implements Benchmark.Results {
    @Override
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(String.format(
                "Machine: %s, %d CPUs, kernel %s, load before %.1f. Rules: %s.%n%n",
                machine.processor(), machine.cpus(), machine.kernel(), machine.load(), rules));
        table.append("| Sensor | Starts | First event, s: median | min | max | Ready, s: median |\n")
                .append("|---|---|---|---|---|---|\n");
        for (String sensor : starts.stream().map(SensorStart::sensor).distinct().toList()) {
            double[] seconds = of(sensor).mapToDouble(SensorStart::seconds).toArray();
            double ready = Report.median(
                    of(sensor).mapToDouble(SensorStart::readySeconds).toArray());
            table.append(String.format(
                    "| %s | %d | %s | %s |%n",
                    sensor,
                    seconds.length,
                    statistics(seconds, 1, "%.2f"),
                    ready == 0 ? "n/a" : String.format("%.2f", ready)));
        }
        table.append("\n| Phase | ms: median | min | max |\n|---|---|---|---|\n");
        for (StartPhase phase : StartPhase.values()) {
            double[] seconds = starts.stream()
                    .map(start -> start.phases().get(phase.label()))
                    .filter(Objects::nonNull)
                    .mapToDouble(Double::doubleValue)
                    .toArray();
            if (seconds.length > 0) {
                table.append(String.format("| %s | %s |%n", phase.label(), statistics(seconds, 1_000, "%.0f")));
            }
        }
        return table.toString();
    }

    private Stream<SensorStart> of(String sensor) {
        return starts.stream().filter(start -> start.sensor().equals(sensor));
    }

    private static String statistics(double[] seconds, double factor, String format) {
        String one = " | " + format;
        return String.format(
                format + one + one,
                Report.median(seconds) * factor,
                Arrays.stream(seconds).min().orElse(0) * factor,
                Arrays.stream(seconds).max().orElse(0) * factor);
    }

    @Override
    public String json() throws IOException {
        return JsonText.object(json -> {
            machine.write(json);
            json.writeStringField("rules", rules);
            json.writeArrayFieldStart("starts");
            for (SensorStart start : starts) {
                json.writeStartObject();
                json.writeStringField("sensor", start.sensor());
                json.writeNumberField("start", start.number());
                json.writeNumberField("first_event_seconds", start.seconds());
                json.writeNumberField("ready_seconds", start.readySeconds());
                json.writeObjectFieldStart("phase_seconds");
                for (Map.Entry<String, Double> phase : start.phases().entrySet()) {
                    json.writeNumberField(phase.getKey(), phase.getValue());
                }
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }
}
