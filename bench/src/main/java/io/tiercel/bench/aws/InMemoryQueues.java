package io.tiercel.bench.aws;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/**
 * SQS in memory. A queue whose name ends with {@code .fifo} drops repeated messages of a group for five minutes. Messages are
 * received in order and never again.
 */
public final class InMemoryQueues implements SqsClient {
    private static final int BILLED_BYTES = 64 * 1024;
    private static final Duration DEDUPLICATION = Duration.ofMinutes(5);

    /** Deduplication ids of a queue are forgotten in bulk when there are so many. */
    private static final int MAX_IDS = 200_000;

    private final Map<String, Queue> queues = new HashMap<>();
    private final Consumption.Meter meter;
    private final InstantSource clock;

    /**
     * A received message.
     *
     * @param body its body
     * @param group its message group; empty in a standard queue
     * @param sentAt when it was sent
     */
    public record Message(String body, String group, Instant sentAt) {}

    private static final class Queue {
        private final ArrayDeque<Message> messages = new ArrayDeque<>();
        private final Map<String, Instant> ids = new HashMap<>();
    }

    /** @param meter receives each request */
    public InMemoryQueues(Consumption.Meter meter, InstantSource clock) {
        this.meter = meter;
        this.clock = clock;
    }

    /** Creates a queue, whose URL is its name. */
    public synchronized void createQueue(String name) {
        queues.put(name, new Queue());
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public synchronized SendMessageResponse sendMessage(SendMessageRequest request) {
        requested("SQS.SendMessage", request.queueUrl(), bytes(request.messageBody()));
        add(
                request.queueUrl(),
                request.messageBody(),
                request.messageGroupId(),
                Objects.requireNonNullElse(request.messageDeduplicationId(), request.messageBody()));
        return SendMessageResponse.builder().build();
    }

    @Override
    public synchronized SendMessageBatchResponse sendMessageBatch(SendMessageBatchRequest request) {
        int bytes = request.entries().stream()
                .mapToInt(entry -> bytes(entry.messageBody()))
                .sum();
        requested("SQS.SendMessageBatch", request.queueUrl(), bytes);
        for (SendMessageBatchRequestEntry entry : request.entries()) {
            add(
                    request.queueUrl(),
                    entry.messageBody(),
                    entry.messageGroupId(),
                    Objects.requireNonNullElse(entry.messageDeduplicationId(), entry.messageBody()));
        }
        return SendMessageBatchResponse.builder().failed(List.of()).build();
    }

    private static int bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8).length;
    }

    private void requested(String operation, String queue, int bytes) {
        meter.requested(operation, queue, Math.max(1, Math.ceilDiv(bytes, BILLED_BYTES)));
    }

    private void add(String name, String body, @Nullable String group, String id) {
        Queue queue = Objects.requireNonNull(queues.get(name), name);
        Instant now = clock.instant();
        if (group == null) {
            queue.messages.add(new Message(body, "", now));
            return;
        }
        if (queue.ids.size() > MAX_IDS) {
            queue.ids.values().removeIf(sent -> sent.plus(DEDUPLICATION).isBefore(now));
        }
        Instant sent = queue.ids.get(group + " " + id);
        if (sent == null || sent.plus(DEDUPLICATION).isBefore(now)) {
            queue.ids.put(group + " " + id, now);
            queue.messages.add(new Message(body, group, now));
        }
    }

    /** Returns the number of messages in a queue. */
    public synchronized int size(String name) {
        return Objects.requireNonNull(queues.get(name), name).messages.size();
    }

    /**
     * Takes messages as Lambda's poller does: with requests for at most ten messages, and as many that delete them.
     *
     * @return at most {@code limit} messages; empty if there are none, which counts no request
     */
    public synchronized List<Message> take(String name, int limit) {
        Queue queue = Objects.requireNonNull(queues.get(name), name);
        List<Message> taken = new ArrayList<>();
        int bytes = 0;
        while (taken.size() < limit && !queue.messages.isEmpty()) {
            Message message = queue.messages.remove();
            bytes += bytes(message.body());
            taken.add(message);
            if (taken.size() % 10 == 0 || taken.size() == limit || queue.messages.isEmpty()) {
                requested("SQS.ReceiveMessage", name, bytes);
                requested("SQS.DeleteMessageBatch", name, 0);
                bytes = 0;
            }
        }
        return taken;
    }
}
