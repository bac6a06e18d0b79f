package io.tiercel.functions.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.function.BiFunction;

/** The JSON configurations of the functions. Every mapper, reader and writer here is immutable and thread-safe. */
public final class Json {
    /** The default configuration, which rejects unknown properties. */
    public static final JsonMapper MAPPER = JsonMapper.builder().build();

    /**
     * Ignores unknown properties. Use it for documents that another version of the functions may have written: versions run
     * side by side during a deployment.
     */
    public static final JsonMapper LENIENT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /** Escapes every character outside ASCII, so that no store and no character set can change a byte of the output. */
    public static final JsonMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** Writes objects with sorted keys, so that equal documents have equal text. */
    public static final ObjectWriter SORTED = MAPPER.writer().with(JsonNodeFeature.WRITE_PROPERTIES_SORTED);

    /** The maximum number of tokens that {@link #SINGLE_DOCUMENT} reads. A tree needs up to 80 bytes for each. */
    public static final int MAX_TOKENS = 500_000;

    /** Reads a tree and rejects input that continues after the first document, or that has too many tokens. */
    public static final ObjectReader SINGLE_DOCUMENT = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxTokenCount(MAX_TOKENS)
                            .build())
                    .build())
            .build()
            .readerFor(JsonNode.class)
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /** Returns a record or another plain value as one line of JSON. */
    public static String write(Object value) {
        try {
            return LENIENT.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(value.getClass() + " has no JSON form", e);
        }
    }

    /**
     * Reads a stored document that {@link #write} produced. Ignores properties that a newer version added.
     *
     * @param failure creates the exception to throw, from a message and its cause
     */
    public static <T, X extends RuntimeException> T read(
            String json, Class<T> type, BiFunction<String, ? super JsonProcessingException, X> failure) {
        try {
            return LENIENT.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw failure.apply("cannot read the stored " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }
}
