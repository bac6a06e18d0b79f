package io.tiercel.sensor.cli;

import io.tiercel.rules.condition.ConditionPrinter;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.event.ByteText;
import io.tiercel.rules.load.LoadOptions;
import io.tiercel.sensor.app.RuleFiles;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.UserErrorException;
import io.tiercel.sensor.prefilter.EventTypeSummary;
import io.tiercel.sensor.prefilter.EventTypeSummary.DisjunctSummary;
import io.tiercel.sensor.prefilter.Prefilter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The command {@code tiercel rules explain}. */
@Command(
        name = "explain",
        description =
                "Explains a rule: its condition with lists, macros and exceptions expanded, its event types and fields,"
                        + " and the part that the kernel prefilter evaluates.",
        mixinStandardHelpOptions = true)
final class RulesExplainCommand implements Runnable {
    private final StandardStreams streams;

    @Mixin
    private RuleFilesOption ruleFiles = new RuleFilesOption();

    @Parameters(paramLabel = "RULE", description = "Name of the rule.")
    private String name = "";

    RulesExplainCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        List<Rule> rules = RuleFiles.load(RuleFiles.files(ruleFiles.files()), LoadOptions.defaults(), streams)
                .rules();
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
        Prefilter.of(rule).summaries().stream()
                .collect(Collectors.groupingBy(EventTypeSummary::disjuncts, LinkedHashMap::new, Collectors.toList()))
                .forEach((disjuncts, types) -> printPrefilter(types, disjuncts));
    }

    private void printPrefilter(List<EventTypeSummary> types, List<DisjunctSummary> disjuncts) {
        String names = types.stream().map(EventTypeSummary::type).collect(Collectors.joining(", "));
        for (DisjunctSummary disjunct : disjuncts) {
            line(
                    "prefilter",
                    disjunct.everyEvent()
                            ? names + ": no event is dropped"
                            : names + ": " + String.join(", ", disjunct.pushedDown()));
            disjunct.notPushedDown()
                    .forEach(field -> line("", "not tested: " + field.field() + " (" + field.reason() + ")"));
        }
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
