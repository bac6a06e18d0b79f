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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a file of incident rules; {@code rules/incidents/default.yaml} shows and explains the format. */
public final class IncidentRulesFile {
    private static final String DEFAULT = "/rules/incidents/default.yaml";
    private static final int MAX_ENTRIES = 1_000;
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,4})([smhd])");
    private static final Pattern FIELD = Pattern.compile("[a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)+(?:\\[[^\\[\\]\"]{1,64}])?");
    private static final Duration LONGEST_QUIET = Duration.ofDays(90);
    private static final Duration SHORTEST_QUIET = Duration.ofMinutes(1);
    private static final long MOST_ALERTS = 1_000_000_000;
    private static final long MOST_TACTICS = 14;

    private IncidentRulesFile() {}

    /** The rules that come with Tiercel. */
    public static IncidentRules readDefault() {
        try (InputStream file = Objects.requireNonNull(IncidentRulesFile.class.getResourceAsStream(DEFAULT), DEFAULT)) {
            return read(DEFAULT, new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The rules of a file, else those that come with Tiercel.
     *
     * @param file the value of {@code TIERCEL_INCIDENTS}
     * @throws IllegalArgumentException if the file cannot be read, or is wrong; the message says where, what, and how to
     *     write it
     */
    public static IncidentRules of(Optional<String> file) {
        if (file.isEmpty()) {
            return readDefault();
        }
        try {
            return read(file.get(), Files.readString(Path.of(file.get())));
        } catch (IOException e) {
            throw new IllegalArgumentException("the file of TIERCEL_INCIDENTS cannot be read: " + file.get());
        } catch (InvalidConfiguration e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * Reads a file.
     *
     * @param name its name, for messages
     * @param yaml its text
     * @throws InvalidConfiguration if it is wrong; the message says where, what, and how to write it
     */
    public static IncidentRules read(String name, String yaml) {
        YamlNode file = YamlNode.parse(name, yaml);
        List<YamlNode> items = file.items();
        if (items.size() > MAX_ENTRIES) {
            throw file.error("there are " + items.size() + " entries", "keep it to " + MAX_ENTRIES);
        }
        return new IncidentRules(items.stream().map(IncidentRulesFile::entry).toList());
    }

    private static IncidentRules.Entry entry(YamlNode item) {
        Map<String, YamlNode> parts = item.mapping(Set.of("rules", "fingerprint", "quiet", "escalate"));
        if (parts.keySet().equals(Set.of("rules")) || parts.isEmpty()) {
            throw item.error("this entry sets nothing", "give fingerprint, quiet or escalate");
        }
        YamlNode rules = parts.get("rules");
        return new IncidentRules.Entry(
                rules == null
                        ? List.of()
                        : some(rules).stream()
                                .map(rule -> IncidentRules.Entry.pattern(rule.text()))
                                .toList(),
                fingerprint(parts.get("fingerprint")),
                quiet(parts.get("quiet")),
                escalation(parts.get("escalate")));
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
                        "\"" + field + "\" is no part of a fingerprint",
                        "use " + String.join(", ", Fingerprints.PARTS) + ", or a field such as user.name");
            }
            if (fields.contains(field)) {
                throw item.error(field + " is there twice", "keep one of the two");
            }
            fields.add(field);
        }
        if (fields.size() > IncidentRule.MAX_FIELDS) {
            throw part.error("there are " + fields.size() + " parts", "keep it to " + IncidentRule.MAX_FIELDS);
        }
        return List.copyOf(fields);
    }

    private static @Nullable Duration quiet(@Nullable YamlNode part) {
        if (part == null) {
            return null;
        }
        Matcher text = DURATION.matcher(part.text());
        if (text.matches()) {
            long number = Long.parseLong(text.group(1));
            Duration quiet = switch (text.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
            if (quiet.compareTo(SHORTEST_QUIET) >= 0 && quiet.compareTo(LONGEST_QUIET) <= 0) {
                return quiet;
            }
        }
        throw part.error("\"" + part.text() + "\" is no quiet time", "write 1m to 90d, as in 30m, 24h or 7d");
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
            long threshold = count.number(2, MOST_ALERTS);
            if (!thresholds.isEmpty() && threshold <= thresholds.getLast()) {
                throw count.error("the counts do not ascend", "write the smaller ones first, each once");
            }
            thresholds.add(threshold);
        }
        if (thresholds.size() > Escalation.MAX_COUNTS) {
            throw part.error("there are " + thresholds.size() + " counts", "keep it to " + Escalation.MAX_COUNTS);
        }
        return new Escalation(tactics == null ? 0 : (int) tactics.number(0, MOST_TACTICS), List.copyOf(thresholds));
    }

    private static List<YamlNode> some(YamlNode list) {
        if (list.items().isEmpty()) {
            throw list.error("the list is empty", "leave the line out, or name rules");
        }
        return list.items();
    }
}
