package io.tiercel.functions.stage;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the maintenance of the audit log last found.
 *
 * @param anchoredAt time of the newest anchor that covers all chains; null if there is none
 * @param verifiedAt when the last complete verification ended; null if there was none
 * @param findings number of findings of the last complete verification, or of the one in progress if it has more
 * @param texts the first findings. One about a chain begins with {@code chain ID}
 */
public record AuditStatus(
        @Nullable Instant anchoredAt, @Nullable Instant verifiedAt, long findings, List<String> texts) {
    /** Returns whether a finding concerns a chain. */
    public boolean damaged(String chain) {
        return texts.stream()
                .anyMatch(text -> text.startsWith("chain " + chain + ":") || text.startsWith("chain " + chain + ","));
    }
}
