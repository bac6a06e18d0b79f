package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SqsMessageReaderTest {
    private final ObjectMapper mapper = JsonMapper.builder().build();

    SqsMessageReaderTest() {
        new SqsMessageReader().customize(mapper);
    }

    private SQSMessage read(String json) throws Exception {
        return mapper.readerFor(SQSMessage.class).readValue(json);
    }

    private static @Nullable String token(SQSMessage message) {
        return Objects.requireNonNull(message.getMessageAttributes().get("token"))
                .getStringValue();
    }

    @Test
    void attributesAreReadFromMessages() throws Exception {
        String event = SqsEvents.event(Map.of("m1", "body"), Map.of("m1", Map.of("token", "a.b.c")));
        SQSMessage message = read(mapper.readTree(event).at("/Records/0").toString());
        assertEquals(SQSMessage.class, message.getClass());
        assertEquals("m1", message.getMessageId());
        assertEquals("arn:aws:sqs:eu-west-1:123456789012:tiercel-alerts", message.getEventSourceArn());
        assertEquals("body", message.getBody());
        assertEquals("a.b.c", token(message));
    }

    /** Funqy would take an object of exactly this class for a list of messages. */
    @Test
    void anyOtherDocumentIsTheBodyOfAMessageWithoutAttributes() throws Exception {
        String alert = SqsEvents.alert("a1", "Read sensitive file");
        for (Map.Entry<String, String> document :
                Map.of(alert, alert, "\"text\"", "text", "[1]", "[1]", "3", "3").entrySet()) {
            SQSMessage message = read(document.getKey());
            assertNotEquals(SQSMessage.class, message.getClass());
            assertEquals(document.getValue(), message.getBody());
            assertNull(message.getMessageAttributes());
        }
    }

    @Test
    void unexpectedTypesInAMessageDoNotFailItsBatch() throws Exception {
        SQSMessage message = read("""
                {"eventSource":"aws:sqs","messageId":1,"body":{},"attributes":[],"messageAttributes":{"token":7}}""");
        assertNull(message.getBody());
        assertNull(token(message));
    }
}
