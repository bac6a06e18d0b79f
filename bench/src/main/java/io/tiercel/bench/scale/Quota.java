package io.tiercel.bench.scale;

/**
 * The quotas of AWS and of a deployment that alerts use up. Source: the quota pages of the AWS documentation as known in November 2026,
 * for us-east-1.
 */
enum Quota {
    /** Invocations of one function for a queue; the default of infra/terraform. */
    FUNCTION_CONCURRENCY(
            "`settings.max_concurrency`, of one function",
            10,
            Scope.DEPLOYMENT,
            "raise it, at most to 1,000; it is also the ceiling of the bill"),
    /** All invocations in an account and region. */
    ACCOUNT_CONCURRENCY(
            "Lambda, concurrent invocations of the account",
            1_000,
            Scope.ACCOUNT,
            "raise the quota; use other accounts"),
    /** Write request units of one table in a second. */
    TABLE_WRITES(
            "DynamoDB, write units of one table in a second",
            40_000,
            Scope.DEPLOYMENT,
            "raise the quota, or more deployments. A new table starts with 4,000 and doubles within 30 minutes"),
    /** Read request units of one table in a second. */
    TABLE_READS(
            "DynamoDB, read units of one table in a second",
            40_000,
            Scope.DEPLOYMENT,
            "raise the quota, or more deployments"),
    /** Write request units of one index in a second. */
    INDEX_WRITES(
            "DynamoDB, write units of one index in a second",
            40_000,
            Scope.DEPLOYMENT,
            "raise the quota, or more deployments"),
    /** Write units of one partition key of an index in a second. It does not split, because its sort key only grows. */
    INDEX_PARTITION_WRITES(
            "DynamoDB, write units of one shard of an index in a second",
            1_000,
            Scope.DEPLOYMENT,
            "fixed. More deployments, or more than 16 shards"),
    /** Write units of one partition key of the table in a second. */
    PARTITION_WRITES(
            "DynamoDB, write units of one partition key in a second",
            1_000,
            Scope.INCIDENT,
            "fixed. Larger batches of one incident"),
    /** Transactions of one item in a second, because concurrent ones conflict. */
    ITEM_TRANSACTIONS(
            "DynamoDB, transactions of one incident in a second",
            66,
            Scope.INCIDENT,
            "fixed: one after the other, 15 ms each. Larger batches of one incident"),
    /** Messages to one FIFO queue in a second, for each kind of request. */
    FIFO_REQUESTS(
            "SQS, requests of one kind to a FIFO queue in a second",
            70_000,
            Scope.DEPLOYMENT,
            "2,400 to 19,000 in other regions; raise the quota, or more deployments"),
    /** Messages of one group in a second. */
    FIFO_GROUP(
            "SQS, messages of one incident in a second", 300, Scope.INCIDENT, "fixed. Larger batches of one incident"),
    /** Messages that pollers hold. */
    IN_FLIGHT(
            "SQS, messages in flight in one queue", 120_000, Scope.DEPLOYMENT, "raise the quota, or more deployments"),
    /** Calls that write logs; each running instance makes about one in a second. */
    LOG_CALLS("CloudWatch Logs, PutLogEvents in a second", 5_000, Scope.ACCOUNT, "raise the quota; use other accounts");

    private final String label;
    private final double limit;
    private final Scope scope;
    private final String remedy;

    /** What shares a quota. */
    enum Scope {
        /** All deployments in an account and region. */
        ACCOUNT,
        /** One deployment with its tables and queues. */
        DEPLOYMENT,
        /** One incident. */
        INCIDENT
    }

    Quota(String label, double limit, Scope scope, String remedy) {
        this.label = label;
        this.limit = limit;
        this.scope = scope;
        this.remedy = remedy;
    }

    String label() {
        return label;
    }

    /** Returns the default limit. */
    double limit() {
        return limit;
    }

    Scope scope() {
        return scope;
    }

    String remedy() {
        return remedy;
    }
}
