package io.tiercel.functions.operate;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.operate.IncidentPages.Entry;
import io.tiercel.functions.operate.IncidentPages.RuleCount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Suggests an exception for a noisy rule: the most common values of fields that identify ordinary activity. The values come from events,
 * which an attacker can choose. An operator therefore reviews the text; nothing applies it.
 */
final class SuggestedExceptions {
    /** A rule with fewer alerts needs no exception. */
    static final long MIN_ALERTS = 10;

    /** The share of alerts that an exception must match: more than half. */
    private static final double MIN_SHARE = 0.5;

    /** Incidents whose samples are read. */
    private static final int MAX_INCIDENTS = 20;

    /**
     * The values that an exception may contain. Exceptions become a part of the condition, so a value with quotes or spaces could change
     * its meaning.
     */
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_./:@+-]{1,200}");

    /**
     * The fields of an exception, the most specific ones first. All contain the path of the executable: any program can take the name of
     * another one.
     */
    static final List<List<String>> FIELDS = List.of(
            List.of("proc.exepath", "proc.pname", "container.image.repository"),
            List.of("proc.exepath", "container.image.repository"),
            List.of("proc.exepath", "proc.pname"),
            List.of("proc.exepath"));

    private final IncidentPages incidents;

    SuggestedExceptions(IncidentPages incidents) {
        this.incidents = incidents;
    }

    /** Returns rule text in Falco's syntax that excludes the most common activity; null if no values are common. */
    @Nullable
    String suggest(RuleCount rule) {
        if (rule.alerts() < MIN_ALERTS) {
            return null;
        }
        List<Incident> samples = incidents
                .page(IncidentFilter.ofRule(rule.rule()), IncidentSort.LAST_SEEN, null, MAX_INCIDENTS)
                .entries()
                .stream()
                .flatMap(entry -> incidents.find(entry.incident().id()).stream())
                .map(Entry::incident)
                .toList();
        return FIELDS.stream()
                .flatMap(fields -> common(samples, fields).map(values -> text(rule.rule(), fields, values)).stream())
                .findFirst()
                .orElse(null);
    }

    /** Returns the values that most alerts have in common. Each alert of a sample counts as its share of the incident's alerts. */
    private static Optional<List<String>> common(List<Incident> samples, List<String> fields) {
        Map<List<String>, Double> weights = new HashMap<>();
        double total = 0;
        for (Incident incident : samples) {
            double weight =
                    (double) incident.count() / Math.max(1, incident.sample().size());
            for (String sample : incident.sample()) {
                SampleFields document = SampleFields.of(sample);
                List<String> values = new ArrayList<>();
                for (String field : fields) {
                    String value = document.text(field);
                    if (value != null && VALUE.matcher(value).matches()) {
                        values.add(value);
                    }
                }
                total += weight;
                if (values.size() == fields.size()) {
                    weights.merge(values, weight, Double::sum);
                }
            }
        }
        double enough = total * MIN_SHARE;
        return weights.entrySet().stream()
                .filter(entry -> entry.getValue() > enough)
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey);
    }

    static String text(String rule, List<String> fields, List<String> values) {
        return "- rule: " + quoted(rule) + "\n"
                + "  exceptions:\n"
                + "    - name: expected_activity\n"
                + "      fields: [" + String.join(", ", fields) + "]\n"
                + "      comps: ["
                + String.join(", ", fields.stream().map(_ -> "=").toList()) + "]\n"
                + "      values:\n"
                + "        - ["
                + String.join(
                        ", ", values.stream().map(SuggestedExceptions::quoted).toList()) + "]\n"
                + "  override:\n"
                + "    exceptions: append\n";
    }

    /** Returns a double-quoted YAML scalar on one line. Everything outside visible ASCII is escaped, so nothing ends the quotes. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(point -> {
            if (point == '"' || point == '\\') {
                quoted.append('\\').appendCodePoint(point);
            } else if (point >= ' ' && point < 0x7f) {
                quoted.appendCodePoint(point);
            } else if (point <= 0xffff) {
                quoted.append("\\u%04x"
                        .formatted(
                                Character.isBmpCodePoint(point) && Character.isSurrogate((char) point)
                                        ? 0xfffd
                                        : point));
            } else {
                quoted.append("\\U%08x".formatted(point));
            }
        });
        return quoted.append('"').toString();
    }
}
