package io.tiercel.bench.aws;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a table, and its indexes.
 *
 * @param partitionKey name of the partition key, a text
 * @param sortKey name of the sort key, a text
 * @param indexes the global secondary indexes
 */
public record TableSchema(String partitionKey, String sortKey, List<Index> indexes) {
    /** The table of incidents, as infra/terraform creates it. */
    public static final TableSchema INCIDENTS = new TableSchema(
            "pk",
            "sk",
            List.of(
                    new Index(
                            "by-last-seen",
                            "shard",
                            "last",
                            Set.of("count", "rule", "state", "escalation", "pending_since", "verified_count")),
                    new Index("open-by-last-received", "open", "last_received", Set.of())));

    /** The table of the audit log, as infra/terraform creates it. */
    public static final TableSchema AUDIT = new TableSchema(
            "pk",
            "sk",
            List.of(new Index("by-bucket", "bucket", "pk", null), new Index("by-time", "period", "time", null)));

    /**
     * An index. It contains the items that have both of its keys.
     *
     * @param name its name
     * @param partitionKey name of its partition key, a text
     * @param sortKey name of its sort key
     * @param projected attributes besides the keys; null for all
     */
    public record Index(
            String name,
            String partitionKey,
            String sortKey,
            @Nullable Set<String> projected) {}
}
