package io.tiercel.sensor.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.sensor.app.RuleFiles;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.prefilter.EventTypeSummary;
import io.tiercel.sensor.prefilter.EventTypeSummary.DisjunctSummary;
import io.tiercel.sensor.prefilter.NotPushedDown;
import io.tiercel.sensor.prefilter.Prefilter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tiercel rules first-pass}. */
@Command(
        name = "first-pass",
        description =
                "Shows what the kernel looks at before it hands an event over: for each event type the ways in which"
                        + " a rule can match, what of them it can rule out, and what it cannot and why.",
        mixinStandardHelpOptions = true)
final class RulesPrefilterCommand implements Runnable {
    private final StandardStreams streams;

    @Option(
            names = "--rules",
            paramLabel = "FILE|DIR",
            description = "Rule files or folders, in order; without it the detections that came with this program.")
    private List<Path> files = List.of();

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    RulesPrefilterCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        LoadedRules rules = RuleFiles.load(RuleFiles.files(files), LoadOptions.defaults(), streams);
        List<EventTypeSummary> types = Prefilter.of(
                        RuleEngine.of(rules.rules(), rules.fields(), RuleMatching.FIRST, Priority.DEBUG))
                .described();
        if (json) {
            streams.out().println(json(types));
            return;
        }
        types.forEach(this::print);
    }

    private void print(EventTypeSummary type) {
        streams.out()
                .println(type.type()
                        + (type.drops()
                                ? ": handed over if it may be one of"
                                : ": every event is handed over, because of"));
        for (DisjunctSummary clause : type.clauses()) {
            if (type.drops() || clause.everyEvent()) {
                streams.out().println("  " + String.join(" | ", clause.rules()));
                streams.out()
                        .println("      looked at: "
                                + (clause.pushed().isEmpty() ? "nothing" : String.join(", ", clause.pushed())));
                if (!clause.unpushed().isEmpty()) {
                    streams.out()
                            .println("      not: "
                                    + clause.unpushed().stream()
                                            .map(NotPushedDown::field)
                                            .distinct()
                                            .collect(Collectors.joining(", ")));
                }
            }
        }
    }

    private static String json(List<EventTypeSummary> types) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartArray();
            for (EventTypeSummary type : types) {
                json.writeStartObject();
                json.writeStringField("type", type.type());
                json.writeBooleanField("drops", type.drops());
                json.writeArrayFieldStart("clauses");
                for (DisjunctSummary clause : type.clauses()) {
                    write(clause, json);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }

    private static void write(DisjunctSummary clause, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("rules");
        for (String rule : clause.rules()) {
            json.writeString(rule);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("looked_at");
        for (String attribute : clause.pushed()) {
            json.writeString(attribute);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("not_looked_at");
        for (NotPushedDown unpushed : clause.unpushed()) {
            json.writeStartObject();
            json.writeStringField("field", unpushed.field());
            json.writeStringField("reason", unpushed.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("every_event", clause.everyEvent());
        json.writeEndObject();
    }
}
