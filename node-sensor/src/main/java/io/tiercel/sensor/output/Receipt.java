package io.tiercel.sensor.output;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The body of the functions' response to a batch: {@code {"accepted":1,"duplicates":0,"refused":[{"index":1,"code":"rule_name",
 * "reason":"..."}]}}.
 *
 * @param stored number of alerts that the functions have stored, now or before
 * @param refused the refused alerts, by their index in the batch
 */
record Receipt(long stored, Map<Integer, Refusal> refused) {
    private static final JsonFactory JSON = new JsonFactory();

    /** Reads a body. Returns an empty result for the response of another program, which has another form or none. */
    static Optional<Receipt> read(String body) {
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            boolean counted = false;
            long stored = 0;
            Map<Integer, Refusal> refused = new TreeMap<>();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if ((name.equals("accepted") || name.equals("duplicates")) && value == JsonToken.VALUE_NUMBER_INT) {
                    counted |= name.equals("accepted");
                    stored += json.getIntValue();
                } else if (name.equals("refused") && value == JsonToken.START_ARRAY) {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        readRefusal(json, refused);
                    }
                } else {
                    json.skipChildren();
                }
            }
            return counted ? Optional.of(new Receipt(stored, refused)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static void readRefusal(JsonParser json, Map<Integer, Refusal> refused) throws IOException {
        int index = -1;
        String code = "";
        String reason = "";
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            if (name.equals("index") && value == JsonToken.VALUE_NUMBER_INT) {
                index = json.getIntValue();
            } else if (name.equals("code") && value == JsonToken.VALUE_STRING) {
                code = json.getText();
            } else if (name.equals("reason") && value == JsonToken.VALUE_STRING) {
                reason = json.getText();
            } else {
                json.skipChildren();
            }
        }
        refused.put(index, new Refusal(code, reason));
    }

    /** Returns whether the response tells the fate of every alert of a batch. */
    boolean accountsFor(int alerts) {
        return stored >= 0
                && stored + refused.size() == alerts
                && refused.keySet().stream().allMatch(index -> index >= 0 && index < alerts);
    }
}
