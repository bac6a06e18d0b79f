package io.tiercel.rules.alert;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON form of {@link AlertContext}. Unknown values are left out. The reader ignores what is not a context, because senders other
 * than Tiercel may use the same key.
 */
final class ContextJson {
    static final String KEY = "context";

    private static final String ANCESTORS = "ancestors";
    private static final String CONTAINER = "container";
    private static final String TRUNCATED = "truncated";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT);
    private static final OffsetDateTime EPOCH = OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private ContextJson() {}

    static void write(JsonGenerator json, AlertContext context) throws IOException {
        json.writeObjectFieldStart(KEY);
        json.writeArrayFieldStart(ANCESTORS);
        for (AlertProcess process : context.ancestors()) {
            json.writeStartObject();
            text(json, "cmdline", process.cmdline());
            text(json, "exe", process.exe());
            text(json, "name", process.name());
            json.writeNumberField("pid", process.pid());
            time(json, "startTime", process.startNanos());
            text(json, "user", process.user());
            json.writeEndObject();
        }
        json.writeEndArray();
        AlertContainer container = context.container();
        if (container != null) {
            json.writeObjectFieldStart(CONTAINER);
            text(json, "id", container.id());
            text(json, "image", container.image());
            text(json, "imageDigest", container.imageDigest());
            text(json, "name", container.name());
            text(json, "namespace", container.namespace());
            text(json, "pod", container.pod());
            text(json, "podUid", container.podUid());
            if (container.privileged() != null) {
                json.writeBooleanField("privileged", container.privileged());
            }
            text(json, "runtime", container.runtime());
            time(json, "startedAt", container.startNanos());
            json.writeEndObject();
        }
        if (context.truncated()) {
            json.writeBooleanField(TRUNCATED, true);
        }
        json.writeEndObject();
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, AlertText.wellFormed(value));
        }
    }

    private static void time(JsonGenerator json, String name, long nanos) throws IOException {
        if (nanos != 0) {
            json.writeStringField(name, TIME.format(AlertText.instant(nanos).atOffset(ZoneOffset.UTC)));
        }
    }

    /** Reads the value at the current token. Returns null if it is not an object. */
    static @Nullable AlertContext read(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            json.skipChildren();
            return null;
        }
        List<AlertProcess> ancestors = List.of();
        AlertContainer container = null;
        boolean truncated = false;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            JsonToken token = json.nextToken();
            if (key.equals(ANCESTORS) && token == JsonToken.START_ARRAY) {
                ancestors = ancestors(json);
            } else if (key.equals(CONTAINER) && token == JsonToken.START_OBJECT) {
                container = container(values(json));
            } else {
                truncated |= key.equals(TRUNCATED) && token == JsonToken.VALUE_TRUE;
                json.skipChildren();
            }
        }
        return new AlertContext(ancestors, container, truncated);
    }

    private static List<AlertProcess> ancestors(JsonParser json) throws IOException {
        List<AlertProcess> ancestors = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT || ancestors.size() == AlertContext.MAX_PROCESSES) {
                json.skipChildren();
                continue;
            }
            Map<String, Object> values = values(json);
            ancestors.add(new AlertProcess(
                    values.get("pid") instanceof Long pid ? pid : 0,
                    text(values, "name"),
                    text(values, "exe"),
                    text(values, "cmdline"),
                    text(values, "user"),
                    time(values, "startTime")));
        }
        return ancestors;
    }

    private static AlertContainer container(Map<String, Object> values) {
        return new AlertContainer(
                text(values, "id"),
                text(values, "name"),
                text(values, "image"),
                text(values, "imageDigest"),
                text(values, "runtime"),
                values.get("privileged") instanceof Boolean privileged ? privileged : null,
                text(values, "pod"),
                text(values, "namespace"),
                text(values, "podUid"),
                time(values, "startedAt"));
    }

    /** Reads the texts, numbers and booleans of the object at the current token. */
    private static Map<String, Object> values(JsonParser json) throws IOException {
        Map<String, Object> values = new HashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            switch (json.nextToken()) {
                case VALUE_STRING -> values.put(key, json.getText());
                case VALUE_TRUE -> values.put(key, true);
                case VALUE_FALSE -> values.put(key, false);
                case VALUE_NUMBER_INT -> {
                    if (json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                        values.put(key, json.getLongValue());
                    }
                }
                default -> json.skipChildren();
            }
        }
        return values;
    }

    private static @Nullable String text(Map<String, Object> values, String key) {
        return values.get(key) instanceof String text ? text : null;
    }

    private static long time(Map<String, Object> values, String key) {
        if (!(values.get(key) instanceof String text)) {
            return 0;
        }
        try {
            return ChronoUnit.NANOS.between(EPOCH, OffsetDateTime.parse(text));
        } catch (DateTimeException | ArithmeticException e) {
            return 0;
        }
    }
}
