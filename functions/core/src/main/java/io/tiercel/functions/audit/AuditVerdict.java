package io.tiercel.functions.audit;

/** The result of verifying a chain. */
public sealed interface AuditVerdict {
    /** Returns the result as one line of text. */
    String description();

    /**
     * Every entry is unchanged.
     *
     * @param head the end of the chain
     */
    record Intact(AuditHead head) implements AuditVerdict {
        @Override
        public String description() {
            return "intact: " + head.number() + (head.number() == 1 ? " entry, " : " entries, ") + head;
        }
    }

    /**
     * An entry was changed, removed or added.
     *
     * @param number number of the first entry that shows it
     * @param reason the mismatch at that entry
     */
    record Broken(long number, String reason) implements AuditVerdict {
        @Override
        public String description() {
            return "BROKEN at entry " + number + ": " + reason;
        }
    }
}
