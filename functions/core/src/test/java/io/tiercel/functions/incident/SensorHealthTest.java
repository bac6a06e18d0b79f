package io.tiercel.functions.incident;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.functions.AlertText;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.intake.AlertParser;
import io.tiercel.functions.intake.AlertRejected;
import io.tiercel.functions.intake.IdentifiedAlert;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sensors' messages about themselves on their way through a queue. */
@Tag("unit")
class SensorHealthTest {
    /** The maximum size of a message in SQS, bytes, as infra/terraform sets it. */
    private static final int QUEUE_LIMIT = 256 * 1024;

    private static IdentifiedAlert message(String output) {
        return AlertParser.parse(
                AlertText.shellInPod().put("source", "internal").put("output", output));
    }

    @Test
    void keepsTheMessageAndItsSender() {
        for (Sender sender : List.of(
                Sender.ofNode("node-1"),
                Sender.ofInstance("i-0123456789abcdef0", "123456789012"),
                Sender.unverified(Sender.Kind.SERVICE_ACCOUNT, "the token has expired"),
                Sender.NONE)) {
            SensorHealth health = new SensorHealth(message("events lost"), sender);
            SensorHealth parsed = SensorHealth.parse(AlertText.object(health.toJson()));
            assertEquals(sender, parsed.sender());
            assertEquals(health.message().id(), parsed.message().id());
            assertEquals(health.message().sampleDocument(), parsed.message().sampleDocument());
            assertTrue(SensorHealth.isSensorHealth(AlertText.object(health.toJson())));
        }
    }

    @Test
    void aLongMessageFitsIntoTheQueue() {
        SensorHealth health = new SensorHealth(message("€\"".repeat(50_000)), Sender.NONE);
        assertTrue(health.toJson().getBytes(StandardCharsets.UTF_8).length < QUEUE_LIMIT, "too large for the queue");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"health\":null,\"sender\":null}",
                "{\"health\":{},\"sender\":{\"kind\":\"NONE\"}}",
                "{\"health\":[],\"sender\":[]}",
                "{\"health\":{\"rule\":\"x\"}}",
                "{\"health\":\"x\",\"sender\":{\"kind\":\"ROOT\"}}"
            })
    void otherDocumentsAreRejected(String document) {
        assertTrue(SensorHealth.isSensorHealth(AlertText.object(document)));
        assertThrows(AlertRejected.class, () -> SensorHealth.parse(AlertText.object(document)));
    }

    @Test
    void anAlertIsNoSensorHealth() {
        assertFalse(SensorHealth.isSensorHealth(AlertText.shellInPod()));
        assertFalse(SensorHealth.isSensorHealth(null));
    }
}
