package io.tiercel.functions.operate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes with sensors, in pages. All methods throw {@link io.tiercel.functions.incident.StoreUnavailable} if the store fails. Any
 * thread may call them.
 */
public interface NodePages {
    /** Knows no nodes. */
    NodePages NONE = new NodePages() {
        @Override
        public Page page(@Nullable String state, @Nullable String cursor, int limit) {
            return new Page(List.of(), null);
        }

        @Override
        public Totals totals() {
            return new Totals(0, 0);
        }
    };

    /**
     * A page.
     *
     * @param nodes the nodes in the form of the answer of {@code list-nodes}
     * @param next the cursor of the next page; null if this is the last one
     */
    record Page(List<ObjectNode> nodes, @Nullable String next) {}

    /**
     * Numbers of nodes.
     *
     * @param total all nodes
     * @param silent nodes whose sensor has fallen silent
     */
    record Totals(long total, long silent) {}

    /**
     * Returns a page, ordered by name.
     *
     * @param state {@code reporting}, {@code silent}, {@code stopped} or {@code unverified}; null for all
     * @param cursor {@link Page#next} of the page before; null for the first page
     * @param limit maximum number of nodes, 1 or more
     */
    Page page(@Nullable String state, @Nullable String cursor, int limit);

    /** Returns the numbers of nodes. */
    Totals totals();
}
