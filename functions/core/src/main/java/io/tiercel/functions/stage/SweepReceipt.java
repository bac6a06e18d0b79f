package io.tiercel.functions.stage;

import org.jspecify.annotations.Nullable;

/**
 * What a sweep did.
 *
 * @param closed how many incidents it has closed
 * @param audit what the audit log was found to be, in words; null if that was not asked
 */
public record SweepReceipt(int closed, @Nullable String audit) {}
