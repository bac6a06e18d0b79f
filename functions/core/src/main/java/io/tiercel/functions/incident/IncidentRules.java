package io.tiercel.functions.incident;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Incident settings by rule. The first entry that matches the rule and has a setting determines that setting. */
public final class IncidentRules {
    /** Name of the rule of alerts about nodes whose sensors have become silent. */
    public static final String SILENT_NODE = "Tiercel internal: node silent";

    private static final Duration SILENT_AFTER = Duration.ofMinutes(5);

    private final List<Entry> entries;

    IncidentRules(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Returns {@link IncidentRule#DEFAULT} for every rule. */
    public static IncidentRules defaults() {
        return new IncidentRules(List.of());
    }

    /** Returns the settings for a rule. */
    public IncidentRule forRule(String rule) {
        return new IncidentRule(
                first(rule, Entry::fingerprint).orElse(IncidentRule.DEFAULT.fingerprint()),
                first(rule, Entry::quiet).orElse(IncidentRule.DEFAULT.quiet()),
                first(rule, Entry::escalation).orElse(IncidentRule.DEFAULT.escalation()),
                first(rule, Entry::maxOpen).orElse(IncidentRule.DEFAULT.maxOpen()));
    }

    /** Returns the time without a heartbeat after which a node is silent. */
    public Duration silentAfter() {
        return first(SILENT_NODE, Entry::silentAfter).orElse(SILENT_AFTER);
    }

    /** Returns the shortest quiet time of all rules. */
    public Duration shortestQuiet() {
        return Stream.concat(
                        entries.stream().flatMap(entry -> Stream.ofNullable(entry.quiet())),
                        Stream.of(IncidentRule.DEFAULT.quiet()))
                .min(Duration::compareTo)
                .orElseThrow();
    }

    /** Returns the longest quiet time of any rule. */
    public Duration longestQuiet() {
        return Stream.concat(
                        entries.stream().flatMap(entry -> Stream.ofNullable(entry.quiet())),
                        Stream.of(IncidentRule.DEFAULT.quiet()))
                .max(Duration::compareTo)
                .orElseThrow();
    }

    private <T> Optional<T> first(String rule, Function<Entry, @Nullable T> setting) {
        return entries.stream()
                .filter(entry -> entry.matches(rule))
                .flatMap(entry -> Stream.ofNullable(setting.apply(entry)))
                .findFirst();
    }

    /**
     * One entry of the file.
     *
     * @param rules patterns of rule names; empty matches every rule
     * @param fingerprint null if the entry does not set it
     * @param quiet null if the entry does not set it
     * @param escalation null if the entry does not set it
     * @param maxOpen null if the entry does not set it
     * @param silentAfter null if the entry does not set it
     */
    record Entry(
            List<Pattern> rules,
            @Nullable List<String> fingerprint,
            @Nullable Duration quiet,
            @Nullable Escalation escalation,
            @Nullable Integer maxOpen,
            @Nullable Duration silentAfter) {
        boolean matches(String rule) {
            return rules.isEmpty()
                    || rules.stream().anyMatch(pattern -> pattern.matcher(rule).matches());
        }

        /** Converts a rule name in which {@code *} matches any text. */
        static Pattern pattern(String rule) {
            return Pattern.compile(
                    Stream.of(rule.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                    Pattern.DOTALL);
        }
    }
}
