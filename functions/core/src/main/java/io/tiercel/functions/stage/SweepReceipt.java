package io.tiercel.functions.stage;

import org.jspecify.annotations.Nullable;

/**
 * The result of one run of {@code sweep}.
 *
 * @param closed number of incidents that this run closed
 * @param audit description of the audit log's state; null if the run did not verify it
 */
public record SweepReceipt(int closed, @Nullable String audit) {}
