package io.tiercel.sensor.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.sensor.app.RuleFiles;
import io.tiercel.sensor.app.StandardStreams;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code tiercel rules list}. */
@Command(name = "list", description = "Lists rules in the order of evaluation.", mixinStandardHelpOptions = true)
final class RulesListCommand implements Runnable {
    private final StandardStreams streams;

    @Mixin
    private RuleFilesOption ruleFiles = new RuleFilesOption();

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    @Option(names = "--markdown", description = "Print a Markdown table with descriptions and fields for exceptions.")
    private boolean markdown;

    RulesListCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        List<Rule> rules = RuleFiles.load(RuleFiles.files(ruleFiles.files()), LoadOptions.defaults(), streams)
                .rules();
        if (json) {
            streams.out().println(json(rules));
            return;
        }
        if (markdown) {
            streams.out().print(RuleMarkdownTable.markdown(rules));
            return;
        }
        for (Rule rule : rules) {
            streams.out()
                    .println("%-13s %-8s %s%s"
                            .formatted(
                                    rule.priority().label(),
                                    rule.enabled() ? "" : "disabled",
                                    rule.name(),
                                    rule.tags().isEmpty() ? "" : "  (" + String.join(", ", rule.tags()) + ")"));
        }
    }

    private static String json(List<Rule> rules) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartArray();
            for (Rule rule : rules) {
                json.writeStartObject();
                json.writeStringField("rule", rule.name());
                json.writeStringField("desc", rule.description());
                json.writeStringField("priority", rule.priority().label());
                json.writeStringField("source", rule.source());
                json.writeBooleanField("enabled", rule.enabled());
                json.writeArrayFieldStart("tags");
                for (String tag : rule.tags()) {
                    json.writeString(tag);
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
}
