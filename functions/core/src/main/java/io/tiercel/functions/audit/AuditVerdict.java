package io.tiercel.functions.audit;

/** What going along a chain has shown. */
public sealed interface AuditVerdict {
    /** In one line. */
    String words();

    /**
     * Every entry is as it was written.
     *
     * @param head the chain's end
     */
    record Intact(AuditHead head) implements AuditVerdict {
        @Override
        public String words() {
            return "intact: " + head.number() + (head.number() == 1 ? " entry, " : " entries, ") + head;
        }
    }

    /**
     * Something was changed, removed or added.
     *
     * @param number the first entry at which this shows
     * @param why what is wrong there
     */
    record Broken(long number, String why) implements AuditVerdict {
        @Override
        public String words() {
            return "BROKEN at entry " + number + ": " + why;
        }
    }
}
