package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import io.tiercel.functions.audit.InMemoryAuditLog;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentRules;
import io.tiercel.functions.incident.IncidentStore;
import io.tiercel.functions.incident.IncidentSummary;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.RecordResult;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.planning.AffectedTargets;
import io.tiercel.functions.respond.state.InMemoryStateStore;
import io.tiercel.functions.stage.DeduplicateStage;
import io.tiercel.rules.alert.Priority;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** The batches of the function {@code deduplicate}: which alerts are counted together, and which messages fail. */
@Tag("unit")
class DeduplicateFunctionTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String POISON = "poison";

    private final List<List<String>> calls = new ArrayList<>();
    private final List<String> published = new ArrayList<>();
    private int remainingMillis = 30_000;
    private RuntimeException failure = new IllegalStateException("the store cannot hold this alert");

    private final DeduplicateFunction function = new DeduplicateFunction(
            new DeduplicateStage(
                    store(),
                    new AffectedTargets(new InMemoryStateStore()),
                    IncidentRules.defaults(),
                    new InMemoryAuditLog(),
                    request -> published.add("respond " + request.incidentId()),
                    (incidentId, _) -> published.add("notify " + incidentId),
                    () -> NOW),
            Optional.empty());

    /** A store that counts everything except alerts whose id contains {@link #POISON}. */
    private IncidentStore store() {
        return (IncidentStore) Proxy.newProxyInstance(
                IncidentStore.class.getClassLoader(),
                new Class<?>[] {IncidentStore.class},
                (_, method, arguments) -> method.getName().equals("recordAll") ? recordAll(arguments[0]) : null);
    }

    private List<RecordResult> recordAll(Object argument) {
        List<IncidentAlert> alerts = ((List<?>) argument)
                .stream()
                        .map(request -> ((IncidentStore.RecordRequest) request).alert())
                        .toList();
        calls.add(alerts.stream().map(IncidentAlert::alertId).toList());
        if (alerts.stream().anyMatch(alert -> alert.alertId().contains(POISON))) {
            throw failure;
        }
        return alerts.stream()
                .map(alert -> new RecordResult(
                        alert.fingerprint().incidentId(),
                        false,
                        false,
                        new IncidentSummary(1, 0, Priority.NOTICE, false, Lifecycle.opened(), 1)))
                .toList();
    }

    private static SQSMessage message(String id, String body, @Nullable String group) {
        SQSMessage message = new SQSMessage();
        message.setMessageId(id);
        message.setBody(body);
        message.setAttributes(group == null ? Map.of() : Map.of("MessageGroupId", group));
        return message;
    }

    private static SQSMessage alert(String id, String rule) {
        return message(id, Alerts.enriched(id, rule, NOW).toJson(), null);
    }

    private List<String> failures(List<SQSMessage> messages) {
        SQSEvent event = new SQSEvent();
        event.setRecords(messages);
        Context context = (Context) Proxy.newProxyInstance(
                Context.class.getClassLoader(), new Class<?>[] {Context.class}, (_, method, _) -> {
                    assertEquals("getRemainingTimeInMillis", method.getName());
                    return remainingMillis;
                });
        return function.handleRequest(event, context).getBatchItemFailures().stream()
                .map(BatchItemFailure::getItemIdentifier)
                .toList();
    }

    @Test
    void alerts_of_one_rule_are_counted_together_and_published_once() {
        List<SQSMessage> messages = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            messages.add(alert("a" + i, "rule " + i % 2));
        }
        assertEquals(List.of(), failures(messages));
        assertEquals(2, calls.size());
        assertEquals(50, calls.getFirst().size());
        assertEquals(4, published.size(), published.toString());
    }

    @Test
    void an_alert_that_cannot_be_counted_fails_alone() {
        List<SQSMessage> messages = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            messages.add(alert(i == 37 ? POISON : "a" + i, "rule"));
        }
        assertEquals(List.of(POISON), failures(messages));
        assertTrue(calls.size() <= 13, calls.size() + " calls");

        calls.clear();
        failure = new StoreUnavailable(
                "DynamoDB",
                TransactionCanceledException.builder()
                        .cancellationReasons(CancellationReason.builder()
                                .code("ValidationError")
                                .build())
                        .build());
        assertEquals(List.of(POISON), failures(messages));
    }

    @Test
    void an_unavailable_store_fails_the_alerts_of_the_call_without_more_calls() {
        failure = new StoreUnavailable("DynamoDB", SdkClientException.create("timeout"));
        List<SQSMessage> messages = IntStream.range(0, 20)
                .mapToObj(i -> alert(i == 3 ? POISON : "a" + i, i < 10 ? "rule" : "other rule"))
                .toList();
        assertEquals(10, failures(messages).size());
        assertEquals(2, calls.size());
    }

    @Test
    void alerts_for_which_no_time_is_left_fail() {
        remainingMillis = AlertBatch.RESERVED_MILLIS - 1;
        assertEquals(List.of("a", "b"), failures(List.of(alert("a", "rule"), alert("b", "other"))));
        assertEquals(List.of(), calls);
    }

    @Test
    void invalid_documents_fail_alone_if_no_queue_keeps_them() {
        List<SQSMessage> messages = List.of(
                alert("a", "rule"),
                message("not-json", "{\"alert\":", null),
                message("empty", "", null),
                message("two", "{} {}", null),
                message("raw", Alerts.json("x", "rule", 1), null),
                alert("b", "rule"));
        assertEquals(List.of("not-json", "empty", "two", "raw"), failures(messages));
        assertEquals(List.of(List.of("a", "b")), calls);
    }

    @Test
    void a_failure_stops_its_message_group() {
        String rule = "rule";
        String good = Alerts.enriched("good", rule, NOW).toJson();
        List<SQSMessage> messages = List.of(
                message("1", good, "x"),
                message("2", "oops", "x"),
                message("3", good, "y"),
                message("4", good, "x"),
                message("5", good, null));
        assertEquals(List.of("2", "4"), failures(messages));
    }

    @Test
    void an_event_of_another_service_is_an_error() {
        assertThrows(IllegalArgumentException.class, () -> failures(nothing()));
    }

    @SuppressWarnings("NullAway") // As a document without records is deserialized.
    private static List<SQSMessage> nothing() {
        return null;
    }

    @Test
    void many_incidents_are_counted_in_parts() {
        List<SQSMessage> messages = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String json = Alerts.enriched("a" + i, "rule", NOW).toJson();
            messages.add(message(
                    "a" + i, json.replace("\"target\":\"/etc/shadow\"", "\"target\":\"/etc/" + i + "\""), null));
        }
        assertEquals(List.of(), failures(messages));
        assertEquals(List.of(25, 25, 10), calls.stream().map(List::size).toList());
        assertEquals(60, new TreeSet<>(calls.stream().flatMap(List::stream).toList()).size());
    }
}
