package io.tiercel.functions.aws;

import com.amazonaws.services.lambda.runtime.events.SQSEvent.MessageAttribute;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads SQS messages of an event: their id, queue, body, and the attributes that have a text. Any other document, such as an alert that is
 * passed directly to a function, becomes the body of a message without attributes. It never fails, so that no message fails the
 * others of its batch.
 */
@Singleton
final class SqsMessageReader implements ObjectMapperCustomizer {
    private static final String EVENT_SOURCE = "aws:sqs";

    @Override
    public void customize(ObjectMapper mapper) {
        mapper.registerModule(new SimpleModule("sqs").addDeserializer(SQSMessage.class, new Deserializer()));
    }

    /** A document that was passed directly. Funqy passes it on unchanged, because it recognizes messages by their exact class. */
    private static final class DirectDocument extends SQSMessage {
        private static final long serialVersionUID = 1L;

        DirectDocument(String body) {
            setBody(body);
        }
    }

    private static final class Deserializer extends StdDeserializer<SQSMessage> {
        private static final long serialVersionUID = 1L;

        Deserializer() {
            super(SQSMessage.class);
        }

        @Override
        public SQSMessage deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            JsonNode record = context.readTree(parser);
            if (!EVENT_SOURCE.equals(record.path("eventSource").textValue())) {
                return new DirectDocument(record.isTextual() ? record.textValue() : record.toString());
            }
            SQSMessage message = new SQSMessage();
            message.setMessageId(record.path("messageId").textValue());
            message.setEventSourceArn(record.path("eventSourceARN").textValue());
            message.setBody(record.path("body").textValue());
            message.setAttributes(texts(record.path("attributes")));
            Map<String, MessageAttribute> attributes = new HashMap<>();
            record.path("messageAttributes").properties().forEach(entry -> {
                MessageAttribute attribute = new MessageAttribute();
                attribute.setStringValue(entry.getValue().path("stringValue").textValue());
                attributes.put(entry.getKey(), attribute);
            });
            message.setMessageAttributes(attributes);
            return message;
        }

        private static Map<String, String> texts(JsonNode object) {
            Map<String, String> texts = new HashMap<>();
            object.properties().forEach(entry -> {
                if (entry.getValue().isTextual()) {
                    texts.put(entry.getKey(), entry.getValue().textValue());
                }
            });
            return texts;
        }
    }
}
