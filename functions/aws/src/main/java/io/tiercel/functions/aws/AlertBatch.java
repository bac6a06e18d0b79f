package io.tiercel.functions.aws;

import io.tiercel.functions.incident.EnrichedAlert;
import io.tiercel.functions.incident.StoreUnavailable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Counts the alerts of one invocation, so that a message that cannot be counted fails alone. The alerts of one rule are counted together,
 * ordered by incident. If that fails, they are counted in two halves, and so on. If the store is unavailable, smaller parts would not
 * help; then all alerts of the part fail. Used by one thread.
 */
final class AlertBatch {
    /** Time that is left for the response, in milliseconds. A message that is not counted by then fails. */
    static final int RESERVED_MILLIS = 8_000;

    /** Maximum number of incidents that are counted together, so that the time is checked in between. */
    private static final int MAX_INCIDENTS = 25;

    private static final Set<String> INVALID =
            Set.of("ValidationError", "ValidationException", "ItemCollectionSizeLimitExceeded");

    private final Consumer<List<EnrichedAlert>> counter;
    private final IntSupplier remainingMillis;
    private final Consumer<String> log;
    private final Set<String> failed = new HashSet<>();

    /**
     * A message with an alert.
     *
     * @param id id of the message
     * @param alert its alert
     */
    record Message(String id, EnrichedAlert alert) {}

    /**
     * @param counter counts alerts; throws if any of them may not have been counted
     * @param remainingMillis time until the invocation ends, in milliseconds
     * @param log receives a line about each failure
     */
    AlertBatch(Consumer<List<EnrichedAlert>> counter, IntSupplier remainingMillis, Consumer<String> log) {
        this.counter = counter;
        this.remainingMillis = remainingMillis;
        this.log = log;
    }

    /** Counts the alerts of messages. Returns the ids of the messages that failed. */
    Set<String> count(List<Message> messages) {
        Map<String, Map<String, List<Message>>> byRule = new LinkedHashMap<>();
        messages.forEach(
                message -> byRule.computeIfAbsent(message.alert().fingerprint().rule(), _ -> new LinkedHashMap<>())
                        .computeIfAbsent(message.alert().fingerprint().incidentId(), _ -> new ArrayList<>())
                        .add(message));
        byRule.values().forEach(incidents -> countRule(List.copyOf(incidents.values())));
        return Set.copyOf(failed);
    }

    /** @param incidents the messages of each incident */
    private void countRule(List<List<Message>> incidents) {
        for (int from = 0; from < incidents.size(); from += MAX_INCIDENTS) {
            countPart(incidents.subList(from, Math.min(from + MAX_INCIDENTS, incidents.size())).stream()
                    .flatMap(List::stream)
                    .toList());
        }
    }

    private void countPart(List<Message> part) {
        if (remainingMillis.getAsInt() < RESERVED_MILLIS) {
            log.accept("deduplicate has no time left for " + part.size() + " alerts, which will be retried");
            fail(part);
            return;
        }
        try {
            counter.accept(part.stream().map(Message::alert).toList());
        } catch (RuntimeException e) {
            log.accept(
                    "deduplicate failed and will be retried: " + (e instanceof StoreUnavailable ? e.getMessage() : e));
            if (part.size() > 1 && maySucceedInParts(e)) {
                countHalves(part);
            } else {
                fail(part);
            }
        }
    }

    /** Returns whether one alert may have caused the failure. Errors of a service concern all alerts, unless it rejects the content. */
    private static boolean maySucceedInParts(RuntimeException failure) {
        Throwable cause = failure instanceof StoreUnavailable ? failure.getCause() : failure;
        return switch (cause) {
            case TransactionCanceledException cancelled ->
                cancelled.cancellationReasons().stream().anyMatch(reason -> INVALID.contains(reason.code()));
            case AwsServiceException rejected ->
                rejected.awsErrorDetails() != null
                        && INVALID.contains(rejected.awsErrorDetails().errorCode());
            case SdkException _ -> false;
            case null, default -> true;
        };
    }

    private void countHalves(List<Message> part) {
        int half = part.size() / 2;
        countPart(part.subList(0, half));
        countPart(part.subList(half, part.size()));
    }

    private void fail(List<Message> part) {
        part.forEach(message -> failed.add(message.id()));
    }
}
