package io.tiercel.sensor.cli;

import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.condition.ConditionPrinter;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleMatching;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.rules.load.LoadedRules;
import io.tiercel.sensor.app.RuleFiles;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.UserErrorException;
import io.tiercel.sensor.prefilter.EventTypeSummary;
import io.tiercel.sensor.prefilter.Prefilter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code tiercel rules explain}. */
@Command(
        name = "explain",
        description =
                "Explains a rule: its condition with lists, macros and exceptions expanded, its event types and fields,"
                        + " the part that the kernel prefilter evaluates, and the CPU time that events are expected to cost.",
        mixinStandardHelpOptions = true)
final class RulesExplainCommand implements Runnable {
    private final StandardStreams streams;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Mixin
    private RuleFilesOption ruleFiles = new RuleFilesOption();

    @Option(
            names = "--all",
            description = "Show the prefilter and the expected cost of every enabled rule, without its condition.")
    private boolean all;

    @Parameters(paramLabel = "RULE", arity = "0..1", description = "Name of the rule.")
    private String name = "";

    RulesExplainCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        if (all != name.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "give either the name of a rule or --all");
        }
        LoadedRules loaded = RuleFiles.load(RuleFiles.files(ruleFiles.files()), LoadOptions.defaults(), streams);
        if (all) {
            explainAll(loaded);
        } else {
            explain(loaded);
        }
    }

    private void explain(LoadedRules loaded) {
        List<Rule> rules = loaded.rules();
        Rule rule = rules.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> UserErrorException.notFound("unknown rule \"" + name + "\"" + suggestion(rules)));
        line("rule", rule.name());
        line("description", rule.description().strip());
        line("priority", rule.priority().label());
        line("source", rule.source());
        line("tags", String.join(", ", rule.tags()));
        line("enabled", rule.enabled() ? "yes" : "no");
        line(
                "event types",
                rule.eventTypes().isAll()
                        ? "all"
                        : String.join(", ", rule.eventTypes().names()));
        line("fields", String.join(", ", ConditionFields.of(rule.syntax())));
        line("condition", ByteText.toUnicode(ConditionPrinter.print(rule.syntax())));
        line("output", rule.output().text());
        lines(loaded).print(rule, this::line);
    }

    private void explainAll(LoadedRules loaded) {
        RulePrefilterLines lines = lines(loaded);
        for (Rule rule : loaded.rules()) {
            if (rule.enabled()) {
                line("rule", rule.name());
                lines.print(rule, this::line);
                streams.out().println();
            }
        }
        RulePrefilterLines.recordingRules(summaries(loaded))
                .forEach((type, rules) -> streams.out()
                        .println(type + ": no event is dropped because of " + RulePrefilterLines.quoted(rules)));
    }

    private static RulePrefilterLines lines(LoadedRules loaded) {
        return new RulePrefilterLines(summaries(loaded));
    }

    private static List<EventTypeSummary> summaries(LoadedRules loaded) {
        return Prefilter.of(RuleEngine.of(loaded.rules(), loaded.fields(), RuleMatching.FIRST, Priority.DEBUG))
                .summaries();
    }

    private void line(String label, String value) {
        streams.out().println("%-12s %s".formatted(label, value));
    }

    private String suggestion(List<Rule> rules) {
        String lowerCaseName = name.toLowerCase(Locale.ROOT);
        List<String> similar = rules.stream()
                .map(Rule::name)
                .filter(rule -> rule.toLowerCase(Locale.ROOT).contains(lowerCaseName))
                .limit(5)
                .toList();
        return similar.isEmpty()
                ? "; list all rules with tiercel rules list"
                : "; did you mean \"" + String.join("\", \"", similar) + "\"?";
    }
}
