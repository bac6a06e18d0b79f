package io.tiercel.functions.privacy;

import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.config.YamlNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the file of {@code TIERCEL_PRIVACY}. {@code docs/privacy.md} documents the format. */
public final class PrivacyFile {
    private static final int MAX_FIELDS = 200;
    private static final Pattern FIELD =
            Pattern.compile("[a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)*(?:\\.\\*|\\.[a-z0-9_]+(?:\\[[^\\[\\]\"]{1,64}])?)");

    private PrivacyFile() {}

    /**
     * Returns the settings of a file, or the default settings if no file is set.
     *
     * @param file the value of {@code TIERCEL_PRIVACY}
     * @throws IllegalArgumentException if the file cannot be read or is invalid; the message contains the position, the problem
     *     and a correction
     */
    public static PrivacySettings readOrDefault(Optional<String> file) {
        if (file.isEmpty()) {
            return PrivacySettings.DEFAULT;
        }
        try {
            return read(file.get(), Files.readString(Path.of(file.get())));
        } catch (IOException e) {
            throw new IllegalArgumentException("TIERCEL_PRIVACY: cannot read " + file.get(), e);
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
    public static PrivacySettings read(String name, String yaml) {
        Map<String, YamlNode> parts = YamlNode.parse(name, yaml).mapping(Set.of("redact", "retention"));
        YamlNode redact = parts.get("redact");
        YamlNode retention = parts.get("retention");
        Map<String, YamlNode> redaction =
                redact == null ? Map.of() : redact.mapping(Set.of("fields", "secrets", "keep"));
        YamlNode secrets = redaction.get("secrets");
        return new PrivacySettings(
                fields(redaction.get("fields"), true),
                secrets == null || secrets.bool(),
                fields(redaction.get("keep"), false),
                retention == null ? Retention.DEFAULT : retention(retention));
    }

    private static List<String> fields(@Nullable YamlNode list, boolean redacted) {
        List<String> fields = new ArrayList<>();
        for (YamlNode item : list == null ? List.<YamlNode>of() : list.items()) {
            String field = item.text();
            if (!FIELD.matcher(field).matches()) {
                throw item.error(
                        "\"" + field + "\" is not the name of a field",
                        "use a name such as user.name, proc.env[NAME], or evt.arg.* for all fields with a prefix");
            }
            Optional<String> identifying = PrivacySettings.IDENTIFYING.stream()
                    .filter(name -> PrivacySettings.matches(field, name))
                    .sorted()
                    .findFirst();
            if (redacted && identifying.isPresent()) {
                throw item.error(
                        field + " cannot be redacted: " + identifying.get() + " identifies the target of responses",
                        "remove it from the list");
            }
            fields.add(field);
        }
        if (list != null && fields.size() > MAX_FIELDS) {
            throw list.error("the list has " + fields.size() + " fields", "use at most " + MAX_FIELDS);
        }
        return List.copyOf(fields);
    }

    private static Retention retention(YamlNode node) {
        Map<String, YamlNode> parts = node.mapping(Set.of("samples", "incidents", "responses", "health", "rejected"));
        Retention defaults = Retention.DEFAULT;
        Duration incidents = duration(parts.get("incidents"), Retention.ALERT_IDS, defaults.incidents());
        YamlNode samplesNode = parts.get("samples");
        YamlNode responsesNode = parts.get("responses");
        Duration samples = duration(samplesNode, Retention.MIN, min(defaults.samples(), incidents));
        Duration responses = duration(responsesNode, Retention.ALERT_IDS, max(defaults.responses(), incidents));
        if (samplesNode != null && samples.compareTo(incidents) > 0) {
            throw samplesNode.error(
                    "samples would outlive their incidents, which are kept for " + incidents.toDays() + "d",
                    "use at most the value of incidents");
        }
        if (responsesNode != null && responses.compareTo(incidents) < 0) {
            throw responsesNode.error(
                    "a plan that is deleted before its incident would be made again; incidents are kept for "
                            + incidents.toDays() + "d",
                    "use at least the value of incidents");
        }
        return new Retention(
                samples,
                incidents,
                responses,
                duration(parts.get("health"), Retention.MIN, defaults.health()),
                duration(parts.get("rejected"), Retention.MIN, defaults.rejected()));
    }

    private static Duration duration(@Nullable YamlNode node, Duration min, Duration defaultValue) {
        return node == null ? defaultValue : node.duration(min, Retention.MAX);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
