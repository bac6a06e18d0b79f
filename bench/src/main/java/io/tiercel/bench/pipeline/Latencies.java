package io.tiercel.bench.pipeline;

import java.util.Map;

/**
 * Assumed times of an invocation, in milliseconds. They are not measured on AWS; each is the usual order of magnitude within a region.
 * A function waits for its requests one after the other.
 *
 * @param invocation time of each invocation besides its work
 * @param alert processor time for each alert, on the share of a processor that 1 GiB of memory has
 * @param requests time of a request, by operation
 * @param channel time of a request to a notification channel
 */
public record Latencies(double invocation, double alert, Map<String, Double> requests, double channel) {
    /** The default assumptions. */
    public static final Latencies DEFAULT = new Latencies(
            5,
            1,
            Map.of(
                    "DynamoDB.GetItem", 4.0,
                    "DynamoDB.BatchGetItem", 6.0,
                    "DynamoDB.Query", 6.0,
                    "DynamoDB.PutItem", 6.0,
                    "DynamoDB.UpdateItem", 6.0,
                    "DynamoDB.TransactWriteItems", 15.0,
                    "SQS.SendMessage", 8.0,
                    "SQS.SendMessageBatch", 10.0,
                    "S3.ListObjects", 30.0,
                    "S3.PutObject", 40.0),
            300);

    /** Returns the time of a request; 0 for requests that Lambda's poller makes. */
    double of(String operation) {
        return requests.getOrDefault(operation, 0.0);
    }
}
