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
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Implements {@code tiercel rules prefilter}. */
@Command(
        name = "prefilter",
        description =
                "Shows which events the kernel can drop. For each event type, lists the disjuncts of the rules, the"
                        + " attributes that the kernel tests, and the fields that it cannot test.",
        mixinStandardHelpOptions = true)
final class RulesPrefilterCommand implements Runnable {
    private final StandardStreams streams;

    @Mixin
    private RuleFilesOption ruleFiles = new RuleFilesOption();

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    RulesPrefilterCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        LoadedRules rules = RuleFiles.load(RuleFiles.files(ruleFiles.files()), LoadOptions.defaults(), streams);
        List<EventTypeSummary> types = Prefilter.of(
                        RuleEngine.of(rules.rules(), rules.fields(), RuleMatching.FIRST, Priority.DEBUG))
                .summaries();
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
                                ? ": dropped unless one of these disjuncts can match"
                                : ": never dropped, because of"));
        for (DisjunctSummary disjunct : type.disjuncts()) {
            if (type.drops() || disjunct.everyEvent()) {
                streams.out().println("  " + String.join(" | ", disjunct.rules()));
                streams.out()
                        .println("      tested: "
                                + (disjunct.pushedDown().isEmpty()
                                        ? "nothing"
                                        : String.join(", ", disjunct.pushedDown())));
                if (!disjunct.testedPerProcess().isEmpty()) {
                    streams.out()
                            .println(
                                    "      tested once per process: " + String.join(", ", disjunct.testedPerProcess()));
                }
                if (!disjunct.notPushedDown().isEmpty()) {
                    streams.out()
                            .println("      not tested: "
                                    + disjunct.notPushedDown().stream()
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
                json.writeArrayFieldStart("disjuncts");
                for (DisjunctSummary disjunct : type.disjuncts()) {
                    write(disjunct, json);
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

    private static void write(DisjunctSummary disjunct, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("rules");
        for (String rule : disjunct.rules()) {
            json.writeString(rule);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("tested");
        for (String attribute : disjunct.pushedDown()) {
            json.writeString(attribute);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("tested_per_process");
        for (String field : disjunct.testedPerProcess()) {
            json.writeString(field);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("not_tested");
        for (NotPushedDown field : disjunct.notPushedDown()) {
            json.writeStartObject();
            json.writeStringField("field", field.field());
            json.writeStringField("reason", field.reason());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("every_event", disjunct.everyEvent());
        json.writeEndObject();
    }
}
