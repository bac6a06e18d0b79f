package io.tiercel.bench.pipeline;

import io.tiercel.bench.aws.Consumption;
import java.util.Map;
import java.util.TreeMap;

/** What one function requested. Not thread-safe. */
public final class FunctionUsage {
    private static final String FIFO = ".fifo";

    private long invocations;
    private double millis;
    private double writeUnits;
    private double readUnits;
    private long transactions;
    private long standardRequests;
    private long fifoRequests;
    private final Map<String, Long> requests = new TreeMap<>();

    void invoked(double invocationMillis) {
        invocations++;
        millis += invocationMillis;
    }

    void requested(String operation, String resource, int billed) {
        requests.merge(operation, 1L, Long::sum);
        if (operation.startsWith("SQS.") && resource.endsWith(FIFO)) {
            fifoRequests += billed;
        } else if (operation.startsWith("SQS.")) {
            standardRequests += billed;
        } else if (operation.equals("DynamoDB.TransactWriteItems")) {
            transactions++;
        }
    }

    void consumed(Consumption consumption) {
        if (consumption.write()) {
            writeUnits += consumption.units();
        } else {
            readUnits += consumption.units();
        }
    }

    /** Number of invocations. */
    public long invocations() {
        return invocations;
    }

    /** Assumed time of all invocations, milliseconds. */
    public double millis() {
        return millis;
    }

    /** Write request units of all tables and indexes. */
    public double writeUnits() {
        return writeUnits;
    }

    /** Read request units of all tables and indexes. */
    public double readUnits() {
        return readUnits;
    }

    /** Number of transactions. */
    public long transactions() {
        return transactions;
    }

    /** Requests to standard queues, as AWS bills them, including those of the poller. */
    public long standardRequests() {
        return standardRequests;
    }

    /** Requests to FIFO queues, as AWS bills them, including those of the poller. */
    public long fifoRequests() {
        return fifoRequests;
    }

    /** Number of requests by operation. */
    public long requests(String operation) {
        return requests.getOrDefault(operation, 0L);
    }
}
