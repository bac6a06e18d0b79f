package io.tiercel.sensor.cli;

import io.tiercel.rules.engine.Rule;
import io.tiercel.sensor.bpf.record.SyscallTable;
import io.tiercel.sensor.prefilter.EventTypeSummary;
import io.tiercel.sensor.prefilter.EventTypeSummary.DisjunctSummary;
import io.tiercel.sensor.prefilter.Prefilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/** Describes what the kernel prefilter tests of a rule, what it does not test, and what the events of the rule cost. */
final class RulePrefilterLines {
    private static final int MAX_NAMES = 8;

    /** Rules because of which no event of a type is dropped, by type. */
    private final Map<String, SortedSet<String>> recordingRules;

    /**
     * Creates the description of the rules of a set.
     *
     * @param types the prefilter of the whole set
     */
    RulePrefilterLines(List<EventTypeSummary> types) {
        recordingRules = recordingRules(types);
    }

    /** Returns the rules because of which no event of a type is dropped, by type. Types that maintain the state are not included. */
    static Map<String, SortedSet<String>> recordingRules(List<EventTypeSummary> types) {
        Map<String, SortedSet<String>> rules = new LinkedHashMap<>();
        for (EventTypeSummary type : types) {
            if (!type.drops() && !SyscallTable.maintainsState(type.type())) {
                SortedSet<String> names = new TreeSet<>();
                type.disjuncts().stream()
                        .filter(DisjunctSummary::everyEvent)
                        .forEach(disjunct -> names.addAll(disjunct.rules()));
                rules.put(type.type(), names);
            }
        }
        return rules;
    }

    /**
     * Prints the lines of a rule.
     *
     * @param line receives a label, which is empty if the line continues the one before, and a text
     */
    void print(Rule rule, BiConsumer<String, String> line) {
        List<EventTypeSummary> types = Prefilter.of(rule).summaries();
        types.stream()
                .collect(Collectors.groupingBy(EventTypeSummary::disjuncts, LinkedHashMap::new, Collectors.toList()))
                .forEach((disjuncts, group) -> printTests(group, disjuncts, line));
        Map<String, List<String>> costs = new LinkedHashMap<>();
        for (EventTypeSummary type : types) {
            add(costs, ExpectedCost.describe(type), type.type());
        }
        if (!rule.eventTypes().isAll()) {
            rule.eventTypes().names().stream()
                    .filter(type -> SyscallTable.eventTypes().contains(type)
                            && types.stream()
                                    .noneMatch(summary -> summary.type().equals(type)))
                    .forEach(type -> add(costs, ExpectedCost.describeWithoutSummary(type), type));
        }
        costs.forEach((cost, names) -> line.accept("est. cost", shorten(names) + ": " + cost));
        String untested = ExpectedCost.ofUntested(
                types.stream().flatMap(type -> type.disjuncts().stream()).toList());
        if (!untested.isEmpty()) {
            line.accept("", untested);
        }
        printOtherRules(rule, types, line);
    }

    private static void printTests(
            List<EventTypeSummary> types, List<DisjunctSummary> disjuncts, BiConsumer<String, String> line) {
        String names = types.stream().map(EventTypeSummary::type).collect(Collectors.joining(", "));
        for (DisjunctSummary disjunct : disjuncts) {
            line.accept(
                    "prefilter",
                    disjunct.everyEvent()
                            ? names + ": no event is dropped"
                            : names + ": "
                                    + (disjunct.pushedDown().isEmpty()
                                            ? "no test of single events"
                                            : String.join(", ", disjunct.pushedDown())));
            if (!disjunct.testedPerProcess().isEmpty()) {
                line.accept("", "tested once per process: " + String.join(", ", disjunct.testedPerProcess()));
            }
            disjunct.notPushedDown()
                    .forEach(field -> line.accept("", "not tested: " + field.field() + " (" + field.reason() + ")"));
        }
    }

    /** Prints the types that the rule would let the kernel drop, but another rule does not. */
    private void printOtherRules(Rule rule, List<EventTypeSummary> types, BiConsumer<String, String> line) {
        Map<SortedSet<String>, List<String>> typesByRules = new LinkedHashMap<>();
        for (EventTypeSummary type : types) {
            SortedSet<String> others = recordingRules.get(type.type());
            if (type.drops() && others != null && !others.contains(rule.name())) {
                typesByRules.computeIfAbsent(others, key -> new ArrayList<>()).add(type.type());
            }
        }
        typesByRules.forEach((others, names) ->
                line.accept("", shorten(names) + ": no event is dropped because of " + quoted(others)));
    }

    /** Returns rule names in quotation marks, at most {@value #MAX_NAMES}. */
    static String quoted(SortedSet<String> rules) {
        return shorten(rules.stream().map(name -> '"' + name + '"').toList());
    }

    private static String shorten(List<String> names) {
        return names.size() <= MAX_NAMES
                ? String.join(", ", names)
                : String.join(", ", names.subList(0, MAX_NAMES)) + " and " + (names.size() - MAX_NAMES) + " more";
    }

    private static void add(Map<String, List<String>> typesByCost, String cost, String type) {
        typesByCost.computeIfAbsent(cost, key -> new ArrayList<>()).add(type);
    }
}
