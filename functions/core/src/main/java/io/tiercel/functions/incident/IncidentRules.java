package io.tiercel.functions.incident;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How alerts become incidents, by rule: for each setting the first entry that names the rule and gives it. */
public final class IncidentRules {
    private final List<Entry> entries;

    IncidentRules(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** {@link IncidentRule#DEFAULT} for every rule. */
    public static IncidentRules defaults() {
        return new IncidentRules(List.of());
    }

    /** What holds for a rule. */
    public IncidentRule of(String rule) {
        return new IncidentRule(
                first(rule, Entry::fingerprint).orElse(IncidentRule.DEFAULT.fingerprint()),
                first(rule, Entry::quiet).orElse(IncidentRule.DEFAULT.quiet()),
                first(rule, Entry::escalation).orElse(IncidentRule.DEFAULT.escalation()));
    }

    /** The shortest quiet time of any rule. */
    public Duration shortestQuiet() {
        return Stream.concat(
                        entries.stream().flatMap(entry -> Stream.ofNullable(entry.quiet())),
                        Stream.of(IncidentRule.DEFAULT.quiet()))
                .min(Duration::compareTo)
                .orElseThrow();
    }

    private <T> Optional<T> first(String rule, Function<Entry, @Nullable T> setting) {
        return entries.stream()
                .filter(entry -> entry.names(rule))
                .flatMap(entry -> Stream.ofNullable(setting.apply(entry)))
                .findFirst();
    }

    /**
     * One entry.
     *
     * @param rules names of rules, in which {@code *} stands for any text; empty for all
     * @param fingerprint null if not given
     * @param quiet null if not given
     * @param escalation null if not given
     */
    record Entry(
            List<Pattern> rules,
            @Nullable List<String> fingerprint,
            @Nullable Duration quiet,
            @Nullable Escalation escalation) {
        boolean names(String rule) {
            return rules.isEmpty()
                    || rules.stream().anyMatch(pattern -> pattern.matcher(rule).matches());
        }

        static Pattern pattern(String rule) {
            return Pattern.compile(
                    Stream.of(rule.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                    Pattern.DOTALL);
        }
    }
}
