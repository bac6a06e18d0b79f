package io.tiercel.functions.respond;

/** What became of an approval. */
public sealed interface ApprovalOutcome {
    /** The plan may be carried out, and will be. */
    record Approved() implements ApprovalOutcome {}

    /** The plan was approved before; nothing has changed. */
    record AlreadyApproved() implements ApprovalOutcome {}

    /**
     * The plan is not approved.
     *
     * @param reason in words fit for whoever asked
     */
    record Refused(String reason) implements ApprovalOutcome {}
}
