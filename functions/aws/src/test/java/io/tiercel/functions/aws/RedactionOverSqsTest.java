package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The function {@code enrich} passes on no secret: not with an alert, not with a rejected document, and not in its log. */
@Tag("unit")
@QuarkusTest
@QuarkusTestResource(value = RedactionOverSqsTest.Settings.class, restrictToAnnotatedClass = true)
class RedactionOverSqsTest {
    private static final String SECRET = "Tr0ub4dor3x";
    private static final String USER = "zoe.quandt";

    @Inject
    SqsBatchTest.RecordingAlertSink sink;

    @Inject
    SenderOverSqsTest.RecordingQueues queues;

    private static String alert(String id, String source) {
        return """
                {"id":"%1$s","hostname":"node-1","output":"Command by %2$s (command=mysql -p%3$s args=-p%3$s)",\
                "priority":"Warning","rule":"Read sensitive file","source":"%4$s","tags":[],\
                "output_fields":{"proc.name":"mysql","proc.args":"-p%3$s","proc.cmdline":"mysql -p%3$s",\
                "proc.env[DB_PASSWORD]":"%3$s","user.name":"%2$s","fd.name":"postgres://app:%3$s@db/x"},\
                "time":"2026-01-01T00:00:00.000000000Z"}""".formatted(id, USER, SECRET, source);
    }

    @Test
    void aSecretReachesNothing() throws Exception {
        sink.calls.clear();
        sink.messages.clear();
        queues.sent.clear();
        List<String> log = Collections.synchronizedList(new ArrayList<>());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                log.add(line.getMessage() + Arrays.toString(line.getParameters()) + line.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        Logger.getLogger("").addHandler(handler);
        String response;
        try {
            Map<String, String> messages = new TreeMap<>();
            messages.put("alert", alert("a1", "syscall"));
            messages.put("health", alert("h1", "internal"));
            messages.put(
                    "failing",
                    alert("f1", "syscall")
                            .replace("Read sensitive file", SqsBatchTest.RecordingAlertSink.FAILING_RULE));
            messages.put("rejected", alert("r1", "syscall").replace("\"priority\":\"Warning\",", ""));
            messages.put("no JSON", "DB_PASSWORD=" + SECRET + " is not JSON");
            response = SqsBatchTest.invoke(SqsEvents.event(messages));
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
        assertEquals(List.of("failing"), SqsEvents.failures(response));
        assertEquals(2, sink.messages.size(), sink.messages.toString());
        assertEquals(2, queues.sent.size(), "rejected documents");
        Map<String, List<String>> places = Map.of(
                "log", log, "responses", List.of(response), "enriched alerts", sink.messages, "rejected", queues.sent);
        places.forEach((place, texts) ->
                texts.forEach(text -> assertFalse(text.contains(SECRET), () -> place + " has " + text)));
        List<String> alerts = new ArrayList<>(sink.messages);
        alerts.addAll(queues.sent);
        alerts.forEach(text -> assertFalse(text.contains(USER), text));
        assertTrue(
                sink.messages.stream().anyMatch(text -> text.contains("mysql -p[redacted]")), sink.messages.toString());
        assertTrue(sink.messages.stream().anyMatch(text -> text.contains("Read sensitive file")), "the rule stays");
    }

    /** Redacts one more field. */
    public static final class Settings implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            try {
                Path file = Files.createTempFile("privacy", ".yaml");
                Files.writeString(file, "redact: { fields: [user.name] }");
                file.toFile().deleteOnExit();
                return Map.of(
                        "tiercel.refused-queue-url",
                        "https://sqs.example/dead-letters",
                        "tiercel.privacy",
                        file.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {}
    }
}
