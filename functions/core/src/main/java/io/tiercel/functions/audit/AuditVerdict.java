package io.tiercel.functions.audit;

/** What going along a chain has shown. */
public sealed interface AuditVerdict {
    /**
     * Every entry is as it was written.
     *
     * @param head the chain's end
     */
    record Intact(AuditHead head) implements AuditVerdict {}

    /**
     * Something was changed, removed or added.
     *
     * @param number the first entry at which this shows
     * @param why what is wrong there
     */
    record Broken(long number, String why) implements AuditVerdict {}
}
