package io.tiercel.functions.aws.dynamodb;

import io.tiercel.functions.respond.hold.HoldPages;
import org.jspecify.annotations.Nullable;

/** Lists holds from the index {@code by-last-seen}, which has each hold in the shard {@code held} or in that of exposed parts. */
public final class DynamoDbHoldPages implements HoldPages {
    private final DynamoDbStateStore states;

    public DynamoDbHoldPages(IncidentTable table) {
        this.states = new DynamoDbStateStore(table);
    }

    @Override
    public Page page(@Nullable String cursor, int limit) {
        return states.holds(cursor, limit);
    }
}
