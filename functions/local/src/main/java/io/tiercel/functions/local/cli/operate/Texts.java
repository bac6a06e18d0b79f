package io.tiercel.functions.local.cli.operate;

import com.fasterxml.jackson.databind.JsonNode;
import io.tiercel.functions.local.terminal.DisplayText;
import io.tiercel.functions.local.terminal.Terminal.Style;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Texts of members of documents. Texts of events are clean: they have no effect on the terminal. */
final class Texts {
    private Texts() {}

    /** Returns a member as clean text; empty if it is absent. */
    static String text(JsonNode document, String member) {
        JsonNode value = document.path(member);
        return value.isValueNode() && !value.isNull() ? DisplayText.clean(value.asText()) : "";
    }

    /** Returns a member as clean text, and what stands for an absent one. */
    static String text(JsonNode document, String member, String absent) {
        String text = text(document, member);
        return text.isEmpty() ? absent : text;
    }

    /** Returns a time; empty if the text is not one. */
    static Optional<Instant> time(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Returns a time of a document in whole seconds of UTC; the text itself if it is not a time. */
    static String seconds(String text) {
        return time(text)
                .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString())
                .orElse(text);
    }

    /** Returns how long ago a time was, such as {@code 3m}; a dash without a time. */
    static String age(String text, Instant now) {
        Duration age = time(text).map(time -> Duration.between(time, now)).orElse(null);
        if (age == null) {
            return "-";
        }
        long seconds = Math.max(0, age.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }

    /** Returns where an incident happened: the pod, or the host. */
    static String place(JsonNode incident) {
        String pod = text(incident, "pod");
        String namespace = text(incident, "namespace");
        if (!pod.isEmpty()) {
            return namespace.isEmpty() ? pod : namespace + "/" + pod;
        }
        String container = text(incident, "container");
        String host = text(incident, "host");
        if (!container.isEmpty() && !container.equals("host")) {
            return host.isEmpty() ? container : container + " on " + host;
        }
        return host;
    }

    /** Returns the style of a priority. */
    static @Nullable Style priority(String priority) {
        return switch (priority.toLowerCase(Locale.ROOT)) {
            case "emergency", "alert", "critical" -> Style.URGENT;
            case "error" -> Style.RED;
            case "warning" -> Style.YELLOW;
            case "notice" -> Style.CYAN;
            default -> null;
        };
    }

    /** Returns the style of a state of an incident, a response or a node. */
    static @Nullable Style state(String state) {
        return switch (state) {
            case "escalated", "failed", "uncertain", "partial", "silent" -> Style.RED;
            case "waiting", "applying", "releasing" -> Style.YELLOW;
            case "applied" -> Style.GREEN;
            case "closed", "none", "released", "skipped" -> Style.DIM;
            default -> null;
        };
    }
}
