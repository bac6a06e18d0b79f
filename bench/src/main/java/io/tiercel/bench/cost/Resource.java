package io.tiercel.bench.cost;

/** What AWS bills. */
public enum Resource {
    /** Requests to standard queues, of 64 KiB each. */
    SQS_STANDARD("SQS, requests to standard queues"),
    /** Requests to FIFO queues, of 64 KiB each. */
    SQS_FIFO("SQS, requests to FIFO queues"),
    /** Invocations. */
    LAMBDA_REQUEST("Lambda, invocations"),
    /** Memory times time on arm64, GiB-seconds. */
    LAMBDA_GB_SECOND("Lambda, GiB-seconds"),
    /** Write request units: 1 KiB each, doubled in a transaction. */
    DYNAMODB_WRITE("DynamoDB, write request units"),
    /** Read request units: 4 KiB each, half if eventually consistent. */
    DYNAMODB_READ("DynamoDB, read request units"),
    /** Stored data with point-in-time recovery, GB-months. */
    DYNAMODB_STORAGE("DynamoDB, GB-months with point-in-time recovery"),
    /** Logs, ingested and stored for a month, GB. */
    LOG_GB("CloudWatch Logs, GB"),
    /** Alarms, for a month. */
    ALARM("CloudWatch, alarms"),
    /** Custom metrics, for a month. */
    METRIC("CloudWatch, metrics"),
    /** Dashboards, for a month. */
    DASHBOARD("CloudWatch, dashboards"),
    /** Requests that list or write objects. */
    S3_REQUEST("S3, requests"),
    /** Stored objects, GB-months. */
    S3_STORAGE("S3, GB-months"),
    /** Customer managed keys, for a month. */
    KMS_KEY("KMS, keys"),
    /** Requests to the key. */
    KMS_REQUEST("KMS, requests"),
    /** Invocations by the schedule. */
    SCHEDULE("EventBridge Scheduler, invocations"),
    /** Secrets, for a month. */
    SECRET("Secrets Manager, secrets"),
    /** Requests for a secret. */
    SECRET_REQUEST("Secrets Manager, requests");

    private final String label;

    Resource(String label) {
        this.label = label;
    }

    /** Returns the name in tables. */
    String label() {
        return label;
    }
}
