package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** The emulator behaves as AWS documents where our code depends on it. */
@Tag("packaged")
class MotoTest {
    private static final String TABLE = "incidents";

    private static Moto moto;
    private static SqsClient queues;
    private static DynamoDbClient tables;

    private String queue = "";

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.startOrSkip();
        queues = moto.sqs();
        tables = moto.dynamoDb();
        moto.createTable(TABLE);
    }

    @AfterAll
    static void stop() throws Exception {
        if (moto != null) {
            queues.close();
            tables.close();
            moto.close();
        }
    }

    @BeforeEach
    void createQueue() {
        moto.setFaults(Faults.NONE);
        queue = queue(Map.of());
    }

    private static int number;

    private static String queue(Map<QueueAttributeName, String> attributes) {
        Map<QueueAttributeName, String> all = new HashMap<>(attributes);
        all.put(QueueAttributeName.FIFO_QUEUE, "true");
        all.put(QueueAttributeName.VISIBILITY_TIMEOUT, "60");
        return queues.createQueue(
                        create -> create.queueName("q" + ++number + ".fifo").attributes(all))
                .queueUrl();
    }

    private void send(String group, String id) {
        queues.sendMessage(send -> send.queueUrl(queue)
                .messageBody(group + id)
                .messageGroupId(group)
                .messageDeduplicationId(id));
    }

    private List<Message> receive() {
        return queues.receiveMessage(receive -> receive.queueUrl(queue)
                        .maxNumberOfMessages(10)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
                .messages();
    }

    private List<String> bodies() {
        return receive().stream().map(Message::body).toList();
    }

    private void delete(Message message) {
        queues.deleteMessage(delete -> delete.queueUrl(queue).receiptHandle(message.receiptHandle()));
    }

    @Test
    void a_deduplication_id_is_remembered_for_five_minutes_after_its_message_is_deleted() {
        send("g", "1");
        receive().forEach(this::delete);
        send("g", "1");
        send("other", "1");
        moto.advanceClock(Duration.ofSeconds(290));
        send("g", "1");
        assertEquals(List.of(), bodies());
        moto.advanceClock(Duration.ofSeconds(11));
        send("g", "1");
        assertEquals(List.of("g1"), bodies());
    }

    @Test
    void deduplication_ids_can_be_per_group() {
        queue = queue(Map.of(
                QueueAttributeName.DEDUPLICATION_SCOPE,
                "messageGroup",
                QueueAttributeName.FIFO_THROUGHPUT_LIMIT,
                "perMessageGroupId"));
        send("g", "1");
        send("other", "1");
        send("g", "1");
        assertEquals(List.of("g1", "other1"), bodies());
    }

    @Test
    void a_message_in_flight_blocks_its_group_until_it_is_deleted_or_visible_again() {
        send("g", "1");
        Message first = receive().getFirst();
        assertEquals("g", first.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID));
        send("g", "2");
        send("h", "3");
        assertEquals(List.of("h3"), bodies());
        moto.advanceClock(Duration.ofSeconds(61));
        List<Message> again = receive();
        assertEquals(
                List.of("g1", "g2", "h3"),
                again.stream().map(Message::body).sorted().toList());
        delete(first); // An outdated handle.
        moto.advanceClock(Duration.ofSeconds(61));
        assertEquals(Set.of("g1", "g2", "h3"), new HashSet<>(bodies()));
    }

    @Test
    void sqs_throttles() {
        moto.setFaults(new Faults(1, 1, 0, 0, List.of()));
        SqsException throttled = assertThrows(SqsException.class, () -> send("g", "1"));
        assertEquals("RequestThrottled", throttled.awsErrorDetails().errorCode());
        assertTrue(throttled.isThrottlingException());
    }

    @Test
    void a_lost_answer_has_taken_effect() {
        moto.setFaults(Faults.NONE.and(Faults.Rule.lose("SQS\\.SendMessage", 0, 100)));
        assertThrows(SdkException.class, () -> send("g", "1"));
        moto.setFaults(Faults.NONE.and(Faults.Rule.fail("SQS\\.SendMessage", 1, 100)));
        send("g", "2");
        assertThrows(SdkException.class, () -> send("g", "3"));
        assertEquals(List.of("g1", "g2"), bodies());
    }

    private static Map<String, AttributeValue> key(String id) {
        return Map.of("pk", AttributeValue.fromS(id), "sk", AttributeValue.fromS(id));
    }

    private static void put(String id) {
        tables.putItem(put -> put.tableName(TABLE).item(key(id)));
    }

    private static void transact(String... ids) {
        tables.transactWriteItems(transaction -> transaction.transactItems(List.of(ids).stream()
                .map(id -> TransactWriteItem.builder()
                        .put(put -> put.tableName(TABLE).item(key(id)))
                        .build())
                .toList()));
    }

    @Test
    void writes_conflict_with_transactions_of_the_same_item_only() {
        moto.setFaults(new Faults(1, 0, 1, 0, List.of()));
        put("single");
        TransactionCanceledException cancelled =
                assertThrows(TransactionCanceledException.class, () -> transact("a", "b"));
        assertEquals(
                List.of("None", "TransactionConflict"),
                cancelled.cancellationReasons().stream()
                        .map(reason -> reason.code())
                        .sorted()
                        .toList());
        moto.setFaults(Faults.NONE);
        transact("a", "b");
        moto.setFaults(new Faults(1, 0, 1, 0, List.of()));
        assertThrows(TransactionConflictException.class, () -> put("a"));
        put("single");
    }

    @Test
    void an_attribute_that_is_the_key_of_an_index_has_one_type() {
        Map<String, AttributeValue> item = new HashMap<>(key("typed"));
        item.put("open", AttributeValue.fromS("1"));
        tables.putItem(put -> put.tableName(TABLE).item(item));
        item.put("open", AttributeValue.fromN("1"));
        DynamoDbException mismatch = assertThrows(
                DynamoDbException.class,
                () -> tables.putItem(put -> put.tableName(TABLE).item(item)));
        assertTrue(mismatch.toString().contains("Type mismatch for Index Key open"), mismatch.toString());
    }

    @Test
    void dynamodb_throttles() {
        moto.setFaults(new Faults(1, 1, 0, 0, List.of()));
        // With the client's default retries, the last of which wait for many seconds, this test would take 48 seconds.
        SdkException throttled;
        try (DynamoDbClient once = moto.configure(DynamoDbClient.builder()
                        .httpClient(UrlConnectionHttpClient.create())
                        .overrideConfiguration(client -> client.retryStrategy(AwsRetryStrategy.doNotRetry())))
                .build()) {
            throttled = assertThrows(
                    SdkException.class,
                    () -> once.putItem(put -> put.tableName(TABLE).item(key("a"))));
        }
        assertTrue(
                throttled instanceof ProvisionedThroughputExceededException
                        || String.valueOf(throttled.getMessage()).contains("ThrottlingException"),
                throttled.toString());
    }

    @Test
    void a_batch_leaves_keys_unprocessed() {
        IntStream.range(0, 4).forEach(i -> put("batch" + i));
        moto.setFaults(new Faults(1, 0, 0, 1, List.of()));
        BatchGetItemResponse response = tables.batchGetItem(batch -> batch.requestItems(Map.of(
                TABLE,
                KeysAndAttributes.builder()
                        .keys(IntStream.range(0, 4)
                                .mapToObj(i -> key("batch" + i))
                                .toList())
                        .build())));
        assertEquals(2, Objects.requireNonNull(response.responses().get(TABLE)).size());
        assertEquals(
                2,
                Objects.requireNonNull(response.unprocessedKeys().get(TABLE))
                        .keys()
                        .size());
    }
}
