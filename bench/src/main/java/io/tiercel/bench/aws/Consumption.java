package io.tiercel.bench.aws;

/**
 * What one item of a request to DynamoDB consumes, in the units that AWS bills for on-demand tables.
 *
 * @param table name of the table
 * @param index name of the index; empty for the table itself
 * @param partition value of the partition key
 * @param item the sort key of an item that a transaction writes; empty otherwise
 * @param write whether it is a write
 * @param transaction whether it belongs to a transaction; the units contain the factor 2
 * @param units request units: 1 KiB of a write, 4 KiB of a consistent read
 */
public record Consumption(
        String table, String index, String partition, String item, boolean write, boolean transaction, double units) {

    /** Receives what requests consume. Called by the thread of the request, which holds the lock of all tables. */
    public interface Meter {
        /** Measures nothing. */
        Meter NONE = new Meter() {
            @Override
            public void requested(String operation, String resource, int billed) {}

            @Override
            public void consumed(Consumption consumption) {}
        };

        /**
         * One request to a service.
         *
         * @param operation such as {@code DynamoDB.GetItem}
         * @param resource name of the queue; empty for tables
         * @param billed number of requests that AWS bills, at least 1
         */
        void requested(String operation, String resource, int billed);

        /** What the request consumes; called several times for a request with several items or indexes. */
        void consumed(Consumption consumption);
    }
}
