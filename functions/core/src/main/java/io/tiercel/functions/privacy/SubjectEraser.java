package io.tiercel.functions.privacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tiercel.functions.json.Json;
import io.tiercel.rules.text.Sha256;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Replaces a person's identifier, such as a user name, an e-mail address, an IP address or a host name, in stored records. Matches
 * whole values and whole words, in the exact spelling. It never changes a part of a longer name.
 */
public final class SubjectEraser {
    /** Replaces the identifier. */
    public static final String MARKER = "[erased]";

    static final int MIN_CHARACTERS = 3;
    static final int MAX_CHARACTERS = 256;

    /** A shorter number occurs as a process id, a port or a count. */
    private static final int MIN_DIGITS = 4;

    /** Names that belong to nobody, and words that the stored records themselves contain. */
    private static final Set<String> NOT_SUBJECTS = Set.of(
            "root",
            "nobody",
            "daemon",
            "localhost",
            "127.0.0.1",
            "0.0.0.0",
            "::1",
            "169.254.169.254",
            "host",
            "node",
            "container",
            "pod",
            "true",
            "false",
            "null",
            "none",
            "open",
            "closed",
            "quiet",
            "escalated",
            "syscall",
            "default",
            "kube-system",
            "tiercel",
            "falco",
            "erased",
            "redacted",
            "verified",
            "emergency",
            "alert",
            "critical",
            "error",
            "warning",
            "notice",
            "informational",
            "info",
            "debug",
            "<na>",
            "service_account",
            "client_certificate",
            "instance_identity",
            "found",
            "absent",
            "failed");

    /** Keys of records whose values are never changed: they are no personal data, and their readers need them. */
    private static final Set<String> UNCHANGED =
            Set.of("rule", "priority", "source", "tags", "time", "kind", "techniques", "tactics", "state", "episode");

    /** Numeric fields that identify a person. */
    private static final Set<String> USER_IDS = Set.of("user.uid", "user.loginuid", "proc.loginuid");

    /** Keys of the state of responses whose values are texts for people. */
    private static final Set<String> NOTES = Set.of(
            "notes", "note", "preview", "onRelease", "approvedBy", "releasedBy", "by", "reason", "message", "error");

    private final String subject;

    private SubjectEraser(String subject) {
        this.subject = subject;
    }

    /**
     * Creates an eraser.
     *
     * @param subject the identifier
     * @throws IllegalArgumentException if it is too short or too general; the message says why and does not contain it
     */
    public static SubjectEraser of(String subject) {
        if (subject.length() < MIN_CHARACTERS || subject.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException("the subject has " + subject.length() + " characters; use from "
                    + MIN_CHARACTERS + " to " + MAX_CHARACTERS);
        }
        if (subject.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\' || c == 0x7f)
                || !subject.equals(subject.strip())) {
            throw new IllegalArgumentException(
                    "the subject has a control character, a quote, a backslash, or a blank at its start or end");
        }
        if (subject.chars().filter(Character::isLetterOrDigit).count() < MIN_CHARACTERS) {
            throw new IllegalArgumentException("the subject has fewer than " + MIN_CHARACTERS + " letters and digits");
        }
        if (subject.length() < MIN_DIGITS && subject.chars().allMatch(Character::isDigit)) {
            throw new IllegalArgumentException("a number must have at least " + MIN_DIGITS
                    + " digits; shorter ones occur as process ids, ports and counts");
        }
        if (NOT_SUBJECTS.contains(subject.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "the subject identifies no person: it is a general name or a word of the stored records");
        }
        return new SubjectEraser(subject);
    }

    /** Returns the subject as it is searched for. */
    public String subject() {
        return subject;
    }

    /** Returns the SHA-256 of the subject as 64 hexadecimal digits, for the audit log. */
    public String hash() {
        return Sha256.hex(subject);
    }

    /** Returns a text without the subject; the same text if it does not contain it. */
    public String text(String text) {
        int found = text.indexOf(subject);
        if (found < 0) {
            return text;
        }
        StringBuilder erased = new StringBuilder(text.length());
        int copied = 0;
        while (found >= 0) {
            int end = found + subject.length();
            if (Words.isWholeName(text, found, end)) {
                erased.append(text, copied, found).append(MARKER);
                copied = end;
                found = text.indexOf(subject, end);
            } else {
                found = text.indexOf(subject, found + 1);
            }
        }
        return copied == 0 ? text : erased.append(text, copied, text.length()).toString();
    }

    /**
     * Returns a JSON document without the subject in its texts and in the fields of user ids. Returns the same document if it does
     * not contain the subject. A document that is not JSON is treated as text.
     */
    public String document(String document) {
        return json(document, false);
    }

    /** Returns the state of a response without the subject in texts for people. Targets and prior states stay. */
    public String notes(String document) {
        return json(document, true);
    }

    private String json(String document, boolean notesOnly) {
        if (!document.contains(subject)) {
            return document;
        }
        try {
            JsonNode before = Json.SINGLE_DOCUMENT.readTree(document);
            JsonNode after = walk(before.deepCopy(), "", !notesOnly);
            return after.equals(before) ? document : Json.write(after);
        } catch (JsonProcessingException e) {
            return notesOnly ? document : text(document);
        }
    }

    /** @param erases whether the texts of this node are erased */
    private JsonNode walk(JsonNode node, String key, boolean erases) {
        return switch (node) {
            case TextNode text
            when erases -> {
                String erased = text(text.textValue());
                yield erased.equals(text.textValue()) ? text : TextNode.valueOf(erased);
            }
            case ObjectNode object -> {
                for (Map.Entry<String, JsonNode> entry : object.properties()) {
                    if (!UNCHANGED.contains(entry.getKey())) {
                        entry.setValue(
                                walk(entry.getValue(), entry.getKey(), erases || NOTES.contains(entry.getKey())));
                    }
                }
                yield object;
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, walk(array.get(i), key, erases));
                }
                yield array;
            }
            default ->
                erases
                                && node.isIntegralNumber()
                                && USER_IDS.contains(key)
                                && node.asText().equals(subject)
                        ? TextNode.valueOf(MARKER)
                        : node;
        };
    }
}
