package io.tiercel.functions.incident;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The JSON in which stores keep the records of this domain: an enrichment, a plan, a fingerprint. */
public final class IncidentJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            // What a newer version has added must not stop an older one from reading.
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private IncidentJson() {}

    /** One line of JSON. */
    public static String write(Record part) {
        try {
            return MAPPER.writeValueAsString(part);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record of " + part.getClass() + " has no JSON form", e);
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws StoreUnavailable if the text is not that
     */
    public static <T extends Record> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new StoreUnavailable("the stored " + type.getSimpleName() + " cannot be read", e);
        }
    }
}
