package io.tiercel.functions.operate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tiercel.functions.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * A stored alert as JSON.
 *
 * @param document the alert; a text if it is stored in another form
 */
record SampleFields(JsonNode document) {
    static SampleFields of(String json) {
        try {
            return new SampleFields(Json.MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            return new SampleFields(JsonNodeFactory.instance.textNode(json));
        }
    }

    /** Returns an output field as text; null if it is absent or empty. */
    @Nullable
    String text(String field) {
        JsonNode value = document.path("output_fields").path(field);
        return value.isValueNode() && !value.isNull() && !value.asText().isEmpty() ? value.asText() : null;
    }
}
