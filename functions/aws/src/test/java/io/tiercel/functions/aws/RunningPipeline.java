package io.tiercel.functions.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Running functions that receive the messages of their queues, as Lambda's pollers deliver them. */
final class RunningPipeline implements AutoCloseable {
    static final List<String> FUNCTIONS = List.of("enrich", "deduplicate", "respond", "notify", "interact");
    private static final Map<String, String> CONSUMERS = consumers();
    private static final int MAX_ROUNDS = 500;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Pipeline pipeline;
    private final SqsClient queues;
    private final Map<String, Lambda> functions;

    private RunningPipeline(Pipeline pipeline, SqsClient queues, Map<String, Lambda> functions) {
        this.pipeline = pipeline;
        this.queues = queues;
        this.functions = functions;
    }

    private static Map<String, String> consumers() {
        Map<String, String> consumers = new LinkedHashMap<>();
        consumers.put("alerts", "enrich");
        consumers.put("alerts-unverified", "enrich");
        consumers.put("enriched", "deduplicate");
        consumers.put("enriched-unverified", "deduplicate");
        consumers.put("responses-urgent", "respond");
        consumers.put("responses", "respond");
        consumers.put("responses-unverified", "respond");
        consumers.put("notifications", "notify");
        consumers.put("notifications-unverified", "notify");
        return consumers;
    }

    static RunningPipeline start(Pipeline pipeline, Moto moto, FunctionCode code) throws Exception {
        RunningPipeline running = new RunningPipeline(pipeline, moto.sqs(), new TreeMap<>());
        try {
            for (String function : FUNCTIONS) {
                running.functions.put(
                        function,
                        LambdaProcess.start(
                                code.of(function), require(pipeline.functions(), function), moto.environment()));
            }
        } catch (Exception | AssertionError e) {
            running.close();
            throw e;
        }
        return running;
    }

    private static <T> T require(Map<String, T> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }

    /** Sends a message to a queue. */
    void send(String queue, String body) {
        queues.sendMessage(send -> send.queueUrl(pipeline.queues().get(queue)).messageBody(body));
    }

    /** Calls notify as the schedule does, which delivers delayed notifications, and then drains the queues. */
    void runSchedule() throws Exception {
        require(functions, "notify").invoke("{\"scheduled\":\"" + Instant.now() + "\"}");
        drain();
    }

    /** Delivers messages until all queues are empty. */
    void drain() throws Exception {
        for (int round = 0; deliverBatches() > 0; round++) {
            assertTrue(round < MAX_ROUNDS, "the queues do not become empty");
        }
        for (String queue : Pipeline.queueNames()) {
            assertEquals("0", messageCount(queue), queue);
        }
    }

    private int deliverBatches() throws Exception {
        int delivered = 0;
        for (Map.Entry<String, String> consumer : CONSUMERS.entrySet()) {
            List<Message> messages = receive(consumer.getKey());
            if (messages.isEmpty()) {
                continue;
            }
            Map<String, String> bodies = new LinkedHashMap<>();
            messages.forEach(message -> bodies.put(message.messageId(), message.body()));
            Lambda function = require(functions, consumer.getValue());
            String event = SqsEvents.event(pipeline.queueName(consumer.getKey()), bodies, Map.of());
            assertEquals(List.of(), SqsEvents.failures(function.invoke(event)), function.log());
            for (Message message : messages) {
                queues.deleteMessage(delete -> delete.queueUrl(pipeline.queues().get(consumer.getKey()))
                        .receiptHandle(message.receiptHandle()));
            }
            delivered += messages.size();
        }
        return delivered;
    }

    /** Receives without long polling, so that an empty queue ends the round. */
    private List<Message> receive(String queue) {
        return queues.receiveMessage(
                        receive -> receive.queueUrl(pipeline.queues().get(queue))
                                .maxNumberOfMessages(batchSize(queue))
                                .waitTimeSeconds(0))
                .messages();
    }

    /** FIFO queues are read one message at a time. One call of SQS returns at most ten. */
    private static int batchSize(String queue) {
        return queue.startsWith("responses") || queue.startsWith("notifications") ? 1 : 10;
    }

    private String messageCount(String queue) {
        return queues.getQueueAttributes(get -> get.queueUrl(pipeline.queues().get(queue))
                        .attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                .attributes()
                .getOrDefault(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "unknown");
    }

    /** Sends a POST request to the URL of {@code interact} and returns the status. */
    int post(String path, Map<String, String> headers, String body) throws Exception {
        ObjectNode event = JSON.createObjectNode().put("version", "2.0").put("rawPath", path);
        headers.forEach(event.putObject("headers")::put);
        event.putObject("requestContext").putObject("http").put("method", "POST");
        event.put("body", body).put("isBase64Encoded", false);
        return JSON.readTree(require(functions, "interact").invoke(event.toString()))
                .path("statusCode")
                .asInt();
    }

    /** Returns the logs of all functions. */
    String log() throws Exception {
        StringBuilder log = new StringBuilder();
        for (Lambda function : functions.values()) {
            log.append(function.log());
        }
        return log.toString();
    }

    @Override
    public void close() throws Exception {
        for (Lambda function : functions.values()) {
            function.close();
        }
        queues.close();
    }
}
