package io.tiercel.functions.enrich;

import java.util.List;
import java.util.stream.Stream;

/**
 * Whether the verified sender, the cluster and EC2 agree that an alert concerns a target.
 *
 * @param status the result
 * @param reasons each missing or contradicting link, as a message for operators; empty if confirmed
 * @param retryable whether a lookup that timed out or failed is among the reasons, so that another attempt may confirm the target
 */
public record TargetConfirmation(Status status, List<String> reasons, boolean retryable) {
    /** The target is confirmed. */
    public static final TargetConfirmation CONFIRMED = new TargetConfirmation(Status.CONFIRMED, List.of(), false);

    /** The result of a confirmation. */
    public enum Status {
        /** Every link of the chain is present, and none contradicts another. */
        CONFIRMED,
        /** A link is missing. A person may decide to act on the target. */
        UNCONFIRMED,
        /** Two sources disagree. There is no target. */
        CONTRADICTED
    }

    /** Returns this confirmation with more contradictions. */
    TargetConfirmation contradictedBy(List<String> contradictions) {
        if (contradictions.isEmpty()) {
            return this;
        }
        List<String> own = status == Status.CONTRADICTED ? reasons : List.of();
        return new TargetConfirmation(
                Status.CONTRADICTED,
                Stream.concat(own.stream(), contradictions.stream()).distinct().toList(),
                false);
    }

    /** Returns whether the target is confirmed. */
    public boolean confirmed() {
        return status == Status.CONFIRMED;
    }
}
