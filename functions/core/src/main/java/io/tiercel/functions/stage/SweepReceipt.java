package io.tiercel.functions.stage;

import org.jspecify.annotations.Nullable;

/**
 * The result of one run of {@code sweep}.
 *
 * @param closed number of incidents that this run closed
 * @param audit result of the verification of the audit log; null if the run was not asked for it
 */
public record SweepReceipt(int closed, @Nullable String audit) {}
