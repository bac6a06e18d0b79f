package io.tiercel.functions.respond;

/** The result of an approval. */
public sealed interface ApprovalOutcome {
    /** The plan is approved, and its waiting steps will run. */
    record Approved() implements ApprovalOutcome {}

    /** The plan was approved earlier; nothing changed. */
    record AlreadyApproved() implements ApprovalOutcome {}

    /**
     * The approval is rejected.
     *
     * @param reason why, as a message for the operator
     */
    record Rejected(String reason) implements ApprovalOutcome {}
}
