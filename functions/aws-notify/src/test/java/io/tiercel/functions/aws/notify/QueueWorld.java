package io.tiercel.functions.aws.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiercel.functions.aws.Moto;
import io.tiercel.functions.aws.SqsChannelWaker;
import io.tiercel.functions.aws.SqsIncidentEventPublisher;
import io.tiercel.functions.aws.dynamodb.DynamoDbIncidentStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbNotificationStore;
import io.tiercel.functions.aws.dynamodb.DynamoDbStateStore;
import io.tiercel.functions.aws.dynamodb.IncidentTable;
import io.tiercel.functions.contract.Alerts;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationOutbox;
import io.tiercel.functions.notification.ResponseStatus;
import io.tiercel.functions.stage.NotifyStage;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The code of notify between a queue, a table and channels of the test, with a virtual clock. */
final class QueueWorld implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration VISIBILITY = Duration.ofMinutes(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(35);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_MESSAGES = 500;

    private final Moto moto;
    private final SqsClient queues;
    private final DynamoDbClient tables;
    private final IncidentTable table;
    private final String queue;
    private final List<? extends NotificationChannel> channels;
    private final Map<String, ResponseStatus> responses = new ConcurrentHashMap<>();
    private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
    private NotifyStage process;

    /**
     * Creates a queue and a table.
     *
     * @param retries whether the clients retry requests
     */
    QueueWorld(Moto moto, boolean retries, List<? extends NotificationChannel> channels) {
        this.moto = moto;
        this.channels = channels;
        String name = "world-" + NUMBER.incrementAndGet();
        moto.createTable(name);
        this.queues = retries
                ? moto.sqs()
                : moto.configure(SqsClient.builder().httpClient(UrlConnectionHttpClient.create()))
                        .overrideConfiguration(client -> client.retryStrategy(AwsRetryStrategy.doNotRetry()))
                        .build();
        this.tables = retries
                ? moto.dynamoDb()
                : moto.configure(DynamoDbClient.builder().httpClient(UrlConnectionHttpClient.create()))
                        .overrideConfiguration(client -> client.retryStrategy(AwsRetryStrategy.doNotRetry()))
                        .build();
        this.queue = queues.createQueue(create -> create.queueName(name + ".fifo")
                        .attributes(Map.of(
                                QueueAttributeName.FIFO_QUEUE, "true",
                                QueueAttributeName.DEDUPLICATION_SCOPE, "messageGroup",
                                QueueAttributeName.FIFO_THROUGHPUT_LIMIT, "perMessageGroupId",
                                QueueAttributeName.VISIBILITY_TIMEOUT, Long.toString(VISIBILITY.toSeconds()))))
                .queueUrl();
        this.table = new IncidentTable(tables, name, () -> now);
        this.process = startProcess();
    }

    /** Starts a process that remembers nothing of the previous one. */
    NotifyStage startProcess() {
        NotificationOutbox outbox = new NotificationOutbox(
                new NotificationOutbox.Stores(
                        new DynamoDbIncidentStore(table),
                        new DynamoDbNotificationStore(table),
                        new DynamoDbStateStore(table),
                        incident -> Optional.ofNullable(responses.get(incident.id()))),
                NotificationOutbox.Policies.ALL,
                channels,
                new SqsChannelWaker(queues, queue, () -> now),
                () -> now);
        process = new NotifyStage(outbox, NotifyProducers.PATIENCE, this::advance, () -> now);
        return process;
    }

    /** Moves the clocks of the stores and of the queue. */
    synchronized void advance(Duration time) {
        now = now.plus(time);
        moto.advanceClock(time);
    }

    /** Counts an alert in an incident of its own and returns the incident. */
    String open(String rule) {
        return new DynamoDbIncidentStore(table)
                .record(Alerts.incidentAlert("alert-" + rule, rule, "Warning", now), 50)
                .incidentId();
    }

    /** Changes the response of an incident, and publishes it. */
    void respond(String incident, String state, boolean approvable, String change) {
        responses.put(incident, new ResponseStatus("p1", state, List.of("ec2:stop: " + state), approvable, false));
        publish(incident, change);
    }

    void publish(String incident, String change) {
        new SqsIncidentEventPublisher(queues, queue, queue).publish(incident, change);
    }

    /** Receives at most ten messages. */
    List<Message> receive() {
        return queues.receiveMessage(receive -> receive.queueUrl(queue).maxNumberOfMessages(10))
                .messages();
    }

    /** Handles one message without deleting it. */
    void handle(String body) {
        try {
            JsonNode document = JSON.readTree(body);
            process.handle(document, TIMEOUT);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Delivers messages one by one until the queue is empty, as Lambda's poller does. A message that fails stays in flight.
     *
     * @return whether no message failed
     */
    boolean drain() {
        for (int number = 0; number < MAX_MESSAGES; number++) {
            try {
                List<Message> messages = queues.receiveMessage(
                                receive -> receive.queueUrl(queue).maxNumberOfMessages(1))
                        .messages();
                if (messages.isEmpty()) {
                    return true;
                }
                handle(messages.getFirst().body());
                queues.deleteMessage(delete ->
                        delete.queueUrl(queue).receiptHandle(messages.getFirst().receiptHandle()));
            } catch (StoreUnavailable | SdkException e) {
                return false;
            }
        }
        throw new AssertionError("the queue does not become empty");
    }

    /** Lets the schedule run for some minutes, longer than a message or a claim stays with a crashed process. */
    void runSchedule() {
        for (int minute = 0; minute < 4; minute++) {
            advance(Duration.ofMinutes(1));
            handle("{\"scheduled\":\"" + now + "\"}");
            drain();
        }
    }

    @Override
    public void close() {
        queues.close();
        tables.close();
    }
}
