package io.tiercel.functions.incident;

import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.config.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads files of incident rules. {@code rules/incidents/default.yaml} documents the format. */
public final class IncidentRulesFile {
    private static final String DEFAULT = "/rules/incidents/default.yaml";
    private static final int MAX_ENTRIES = 1_000;
    private static final Pattern FIELD = Pattern.compile("[a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)+(?:\\[[^\\[\\]\"]{1,64}])?");
    private static final Duration LONGEST_QUIET = Duration.ofDays(90);
    private static final Duration SHORTEST_QUIET = Duration.ofMinutes(1);
    private static final Duration SHORTEST_SILENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST_SILENCE = Duration.ofDays(1);
    private static final long MAX_ALERTS = 1_000_000_000;
    private static final long MAX_TACTICS = 14;

    private IncidentRulesFile() {}

    /** Returns the default rules, which are part of Tiercel. */
    public static IncidentRules readDefault() {
        try (InputStream file = Objects.requireNonNull(IncidentRulesFile.class.getResourceAsStream(DEFAULT), DEFAULT)) {
            return read(DEFAULT, new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the rules of a file, or the default rules if no file is set.
     *
     * @param file the value of {@code TIERCEL_INCIDENTS}
     * @throws IllegalArgumentException if the file cannot be read or is invalid; the message contains the position, the problem
     *     and a correction
     */
    public static IncidentRules readOrDefault(Optional<String> file) {
        if (file.isEmpty()) {
            return readDefault();
        }
        try {
            return read(file.get(), Files.readString(Path.of(file.get())));
        } catch (IOException e) {
            throw new IllegalArgumentException("TIERCEL_INCIDENTS: cannot read " + file.get());
        } catch (InvalidConfiguration e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Parses the text of a file.
     *
     * @param name name of the file, for messages
     * @param yaml text of the file
     * @throws InvalidConfiguration if the text is invalid; the message contains the position, the problem and a correction
     */
    public static IncidentRules read(String name, String yaml) {
        YamlNode file = YamlNode.parse(name, yaml);
        List<YamlNode> items = file.items();
        if (items.size() > MAX_ENTRIES) {
            throw file.error("the file has " + items.size() + " entries", "use at most " + MAX_ENTRIES);
        }
        return new IncidentRules(items.stream().map(IncidentRulesFile::entry).toList());
    }

    private static IncidentRules.Entry entry(YamlNode item) {
        Map<String, YamlNode> parts =
                item.mapping(Set.of("rules", "fingerprint", "quiet", "escalate", "max_open", "silent_after"));
        if (parts.keySet().equals(Set.of("rules")) || parts.isEmpty()) {
            throw item.error("this entry has no setting", "add fingerprint, quiet, escalate, max_open or silent_after");
        }
        YamlNode rules = parts.get("rules");
        return new IncidentRules.Entry(
                rules == null
                        ? List.of()
                        : nonEmpty(rules).stream()
                                .map(rule -> IncidentRules.Entry.pattern(rule.text()))
                                .toList(),
                fingerprint(parts.get("fingerprint")),
                quiet(parts.get("quiet")),
                escalation(parts.get("escalate")),
                maxOpen(parts.get("max_open")),
                silentAfter(parts.get("silent_after")));
    }

    private static @Nullable Duration silentAfter(@Nullable YamlNode part) {
        return part == null ? null : part.duration(SHORTEST_SILENCE, LONGEST_SILENCE);
    }

    private static @Nullable Integer maxOpen(@Nullable YamlNode part) {
        return part == null ? null : (int) part.number(1, IncidentRule.MAX_OPEN_LIMIT);
    }

    private static @Nullable List<String> fingerprint(@Nullable YamlNode part) {
        if (part == null) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        for (YamlNode item : part.items()) {
            String field = item.text();
            if (!Fingerprints.PARTS.contains(field) && !FIELD.matcher(field).matches()) {
                throw item.error(
                        "\"" + field + "\" is not a part of a fingerprint",
                        "use " + String.join(", ", Fingerprints.PARTS) + ", or a field such as user.name");
            }
            if (fields.contains(field)) {
                throw item.error("duplicate part " + field, "remove one of the two");
            }
            fields.add(field);
        }
        if (fields.size() > IncidentRule.MAX_FIELDS) {
            throw part.error(
                    "the fingerprint has " + fields.size() + " parts", "use at most " + IncidentRule.MAX_FIELDS);
        }
        return List.copyOf(fields);
    }

    private static @Nullable Duration quiet(@Nullable YamlNode part) {
        if (part == null) {
            return null;
        }
        return part.duration(SHORTEST_QUIET, LONGEST_QUIET);
    }

    private static @Nullable Escalation escalation(@Nullable YamlNode part) {
        if (part == null) {
            return null;
        }
        Map<String, YamlNode> parts = part.mapping(Set.of("tactics", "counts"));
        YamlNode tactics = parts.get("tactics");
        YamlNode counts = parts.get("counts");
        List<Long> thresholds = new ArrayList<>();
        for (YamlNode count : counts == null ? List.<YamlNode>of() : counts.items()) {
            long threshold = count.number(2, MAX_ALERTS);
            if (!thresholds.isEmpty() && threshold <= thresholds.getLast()) {
                throw count.error("the counts are not in ascending order", "sort them and remove duplicates");
            }
            thresholds.add(threshold);
        }
        if (thresholds.size() > Escalation.MAX_COUNTS) {
            throw part.error("escalate has " + thresholds.size() + " counts", "use at most " + Escalation.MAX_COUNTS);
        }
        return new Escalation(tactics == null ? 0 : (int) tactics.number(0, MAX_TACTICS), List.copyOf(thresholds));
    }

    private static List<YamlNode> nonEmpty(YamlNode list) {
        if (list.items().isEmpty()) {
            throw list.error("the list is empty", "remove the line or add rule names");
        }
        return list.items();
    }
}
