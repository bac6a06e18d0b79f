package io.tiercel.functions.privacy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Removes secrets and configured fields from alerts before anything is stored or sent. Each deployment redacts where a document
 * arrives. It never changes the rule, the priority, the time, the tags, the id or the fields that identify targets. It is
 * idempotent: redacting a redacted document changes nothing.
 */
public final class Redactor {
    /** Replaces each redacted value. */
    public static final String MARKER = "[redacted]";

    private static final TextNode REDACTED = TextNode.valueOf(MARKER);
    private static final String OUTPUT_FIELDS = "output_fields";
    private static final String CONTEXT = "context";

    /** Keys of an alert whose value is text rendered from its fields. */
    private static final Set<String> RENDERED = Set.of("output", "message");

    /** Keys of an alert that are never changed. */
    private static final Set<String> UNCHANGED =
            Set.of("id", "uuid", "hostname", "priority", "rule", "source", "tags", "time");

    private final PrivacySettings settings;
    private final ContextRedactor contexts;

    public Redactor(PrivacySettings settings) {
        this.settings = settings;
        this.contexts = new ContextRedactor(settings);
    }

    /**
     * Redacts an alert.
     *
     * @param document the alert, which is changed in place; any other document is treated as text
     * @return the redacted document
     */
    public JsonNode alert(JsonNode document) {
        if (!(document instanceof ObjectNode alert)) {
            return settings.secrets() ? walk(document, new FoundValues(), null, "") : document;
        }
        FoundValues found = new FoundValues();
        ProgramOptions program = null;
        if (alert.get(OUTPUT_FIELDS) instanceof ObjectNode fields) {
            program = program(fields);
            redact(fields, found, program);
        }
        for (Map.Entry<String, JsonNode> entry : alert.properties()) {
            String key = entry.getKey();
            if (RENDERED.contains(key) || UNCHANGED.contains(key) || key.equals(OUTPUT_FIELDS)) {
                continue;
            }
            if (key.equals(CONTEXT)) {
                entry.setValue(contexts.redact(entry.getValue(), found));
            } else if (settings.secrets()) {
                entry.setValue(walk(entry.getValue(), found, program, key));
            }
        }
        for (String key : RENDERED) {
            if (alert.get(key) instanceof TextNode text) {
                String scanned = settings.secrets() ? scan(text.textValue(), found, program) : text.textValue();
                String redacted = found.removeFrom(scanned);
                if (!redacted.equals(text.textValue())) {
                    alert.put(key, redacted);
                }
            }
        }
        return alert;
    }

    /** Redacts a text that is not an alert, such as a document that cannot be parsed. */
    public String text(String text) {
        return settings.secrets() ? scan(text, new FoundValues(), null) : text;
    }

    /**
     * Redacts a document that cannot be parsed and the error message about it.
     *
     * @param reason an error message, which may quote a value of the document
     */
    public Unreadable unreadable(String document, String reason) {
        if (!settings.secrets()) {
            return new Unreadable(document, reason);
        }
        FoundValues found = new FoundValues();
        String redacted = scan(document, found, null);
        return new Unreadable(redacted, found.removeFrom(scan(reason, found, null)));
    }

    /**
     * A redacted document that cannot be parsed.
     *
     * @param document the document
     * @param reason the error message
     */
    public record Unreadable(String document, String reason) {}

    private void redact(ObjectNode fields, FoundValues found, @Nullable ProgramOptions program) {
        for (Map.Entry<String, JsonNode> entry : fields.properties()) {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            if (settings.redacts(name)) {
                found.addField(value);
                entry.setValue(REDACTED);
            } else if (settings.secrets() && settings.scans(name)) {
                entry.setValue(walk(value, found, program, argument(name)));
            } else {
                found.keep(value);
            }
        }
    }

    /** Returns the argument of a field, such as the variable of {@code proc.env[NAME]}; without one, an empty text. */
    private static String argument(String field) {
        int open = field.indexOf('[');
        return open < 0 || !field.endsWith("]") ? "" : field.substring(open + 1, field.length() - 1);
    }

    static JsonNode walk(JsonNode node, FoundValues found, @Nullable ProgramOptions program, String name) {
        if (node instanceof TextNode text) {
            String value = text.textValue();
            if (!value.isEmpty() && !value.equals("<NA>") && SensitiveNames.contains(name)) {
                found.addSecret(value);
                return REDACTED;
            }
            String redacted = scan(value, found, program);
            if (redacted.equals(value)) {
                found.keep(node);
                return node;
            }
            return TextNode.valueOf(redacted);
        }
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> entry : object.properties()) {
                entry.setValue(walk(entry.getValue(), found, program, entry.getKey()));
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, walk(array.get(i), found, program, name));
            }
        }
        return node;
    }

    private static String scan(String text, FoundValues found, @Nullable ProgramOptions program) {
        StringBuilder redacted = null;
        int copied = 0;
        for (TextScanner.Span span : new SecretScanner(text, program).scan()) {
            redacted = redacted == null ? new StringBuilder(text.length()) : redacted;
            redacted.append(text, copied, span.start()).append(MARKER);
            copied = span.end();
            found.addSecret(text.substring(span.start(), span.end()));
        }
        return redacted == null
                ? text
                : redacted.append(text, copied, text.length()).toString();
    }

    /** Returns the options of the alert's process; null if its program is not known. */
    private static @Nullable ProgramOptions program(ObjectNode fields) {
        JsonNode name = fields.get("proc.name");
        return name != null && name.isTextual() ? ProgramOptions.of(name.textValue()) : null;
    }
}
