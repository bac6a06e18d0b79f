package io.tiercel.functions.respond.action;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The JSON in which the state of plans and targets is kept. Times are texts in ISO 8601, given by whoever writes. */
public final class StateJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            // What a newer version has added must not stop an older one from reading.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private StateJson() {}

    /** One line of JSON. */
    public static String write(Object part) {
        try {
            return MAPPER.writeValueAsString(part);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(part.getClass() + " has no JSON form", e);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws ActionException if the text is not that
     */
    public static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw ActionException.because(
                    "the stored " + type.getSimpleName() + " cannot be read: " + e.getOriginalMessage());
        }
    }
}
