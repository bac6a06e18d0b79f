package io.tiercel.functions.privacy;

import java.util.Map;

/**
 * The result of erasing a subject.
 *
 * @param changed the number of changed records by kind, without kinds that have none
 * @param waiting the number of alerts that contain the subject and are not processed yet; they are not changed
 * @param overwritten whether the replaced bytes are gone from the files of the store
 */
public record ErasureReport(Map<String, Long> changed, long waiting, boolean overwritten) {
    /** Returns the number of changed records. */
    public long total() {
        return changed.values().stream().mapToLong(Long::longValue).sum();
    }
}
