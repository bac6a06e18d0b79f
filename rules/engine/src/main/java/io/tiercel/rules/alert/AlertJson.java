package io.tiercel.rules.alert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON form of alerts, with the same format as Falco: one line, sorted keys, typed {@code output_fields}, and times as
 * integers in nanoseconds. The only additional keys are {@code id} and {@code context}, which are written if the alert has them.
 *
 * <p>{@link #read} accepts this form, and the alerts that Falco and falcosidekick send. An alert that is written with
 * the default options reads back as an equal alert. Omitted properties read back as empty. Integers above 63 bits are
 * {@link BigInteger}s. Objects, which are never values of fields, are read as their JSON text.
 *
 * @param text format of the {@code output} property
 * @param includeMessage whether to write {@code message}, the message without time and priority (Falco: {@code
 *     json_include_message_property})
 * @param includeOutput whether to write {@code output}: time, priority and message
 * @param includeOutputFields whether to write {@code output_fields}
 * @param includeTags whether to write {@code tags}; messages of the sensor never have tags
 */
public record AlertJson(
        AlertText text,
        boolean includeMessage,
        boolean includeOutput,
        boolean includeOutputFields,
        boolean includeTags) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT);
    private static final String TIME_FIELD = "evt.time";
    private static final String TIME_FIELD_ISO = "evt.time.iso8601";

    /** Returns Falco's default options with times in UTC, so that the text does not depend on the machine. */
    public static AlertJson defaults() {
        return new AlertJson(new AlertText(ZoneOffset.UTC, false), false, true, true, true);
    }

    /** Returns the alert as one line of JSON without a line end. Unpaired surrogates become U+FFFD. */
    public String write(Alert alert) {
        StringWriter out = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            if (alert.context() != null) {
                ContextJson.write(json, alert.context());
            }
            string(json, "hostname", alert.hostname());
            if (alert.id() != null) {
                string(json, "id", alert.id());
            }
            if (includeMessage) {
                string(json, "message", alert.message());
            }
            if (includeOutput) {
                string(json, "output", text.plain(alert));
            }
            if (includeOutputFields) {
                json.writeFieldName("output_fields");
                fields(json, alert.outputFields());
            }
            string(json, "priority", alert.priority().label());
            string(json, "rule", alert.rule());
            string(json, "source", alert.source());
            if (includeTags && !alert.source().equals(Alert.INTERNAL)) {
                json.writeFieldName("tags");
                value(json, alert.tags());
            }
            string(
                    json,
                    "time",
                    TIME.format(AlertText.instant(alert.timeNanos()).atOffset(ZoneOffset.UTC)));
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toString();
    }

    /** Returns the result of {@link #write} in UTF-8. */
    public byte[] writeBytes(Alert alert) {
        return write(alert).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads one alert from UTF-8.
     *
     * @throws InvalidAlertException if the text is not a valid JSON alert or exceeds {@link
     *     AlertLimits}
     */
    public static Alert read(byte[] json) throws InvalidAlertException {
        return AlertReader.one(json);
    }

    /**
     * Reads one alert from a parser, up to the end of its object. The parser enforces the limits of size and nesting.
     *
     * @throws IOException if the parser fails
     * @throws InvalidAlertException if the object is not a valid alert
     */
    public static Alert read(JsonParser json) throws IOException, InvalidAlertException {
        return AlertReader.next(json);
    }

    /** Reads one alert from text, like {@link #read(byte[])}. */
    public static Alert read(String json) throws InvalidAlertException {
        return AlertReader.one(json.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a batch from UTF-8: an array of alerts, or one alert.
     *
     * @param json JSON text of the batch
     * @param maxAlerts maximum number of alerts
     * @throws InvalidAlertException if an alert is invalid (the message has its index, from 0), or if there are
     *     more than {@code maxAlerts} alerts
     */
    public static List<Alert> readBatch(byte[] json, int maxAlerts) throws InvalidAlertException {
        return AlertReader.batch(json, maxAlerts);
    }

    private void fields(JsonGenerator json, Map<String, @Nullable Object> fields) throws IOException {
        boolean isoTime = text.timeIso8601();
        boolean isoNamed = fields.containsKey(TIME_FIELD_ISO);
        json.writeStartObject();
        for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
            String name = field.getKey();
            if (isoTime && isoNamed && name.equals(TIME_FIELD)) {
                continue;
            }
            json.writeFieldName(AlertText.wellFormed(isoTime && name.equals(TIME_FIELD) ? TIME_FIELD_ISO : name));
            value(json, field.getValue());
        }
        json.writeEndObject();
    }

    private static void string(JsonGenerator json, String name, String value) throws IOException {
        json.writeFieldName(name);
        json.writeString(AlertText.wellFormed(value));
    }

    private static void value(JsonGenerator json, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case String string -> json.writeString(AlertText.wellFormed(string));
            case Long number -> json.writeNumber(number);
            case BigInteger number -> json.writeNumber(number);
            case Double number when !Double.isFinite(number) -> json.writeNull();
            case Double number -> json.writeNumber(number);
            case Boolean bool -> json.writeBoolean(bool);
            case List<?> list -> {
                json.writeStartArray();
                for (Object element : list) {
                    value(json, element);
                }
                json.writeEndArray();
            }
            default ->
                throw new IllegalArgumentException("unsupported type of an output field: "
                        + value.getClass().getName());
        }
    }
}
