package io.tiercel.functions.privacy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The largest alerts do not occupy a server, whatever they contain. */
@Tag("unit")
class LargeAlertsTest {
    private static final int VALUES = 60;
    private static final int LENGTH = 2_000;
    private static final String OUTPUT = "a".repeat(120_000);

    private static ObjectNode alert() {
        ObjectNode alert = JsonNodeFactory.instance.objectNode();
        ObjectNode fields = alert.putObject("output_fields");
        for (int i = 0; i < VALUES; i++) {
            fields.put("proc.env[PASSWORD" + i + "]", "a".repeat(LENGTH) + "b" + i);
        }
        return alert.put("output", OUTPUT);
    }

    /** A search that takes quadratic time needs some minutes for these alerts, a linear one some seconds. */
    @Test
    @Timeout(90)
    void secrets_that_almost_occur_everywhere_in_a_text_are_searched_in_linear_time() {
        Redactor redactor = new Redactor(PrivacySettings.DEFAULT);
        for (int i = 0; i < 60; i++) {
            ObjectNode alert = alert();
            redactor.alert(alert);
            assertEquals(OUTPUT, alert.path("output").textValue());
        }
    }
}
