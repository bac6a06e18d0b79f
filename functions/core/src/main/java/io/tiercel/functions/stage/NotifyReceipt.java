package io.tiercel.functions.stage;

import org.jspecify.annotations.Nullable;

/**
 * The result of one run of {@code notify}.
 *
 * @param sent number of messages that a channel accepted
 * @param failed number of failed attempts; a later run retries those that can succeed
 * @param resent number of messages that were given up and are pending again
 * @param error why the channel did not accept a test; null if it did, and for other runs
 */
public record NotifyReceipt(
        int sent, int failed, int resent, @Nullable String error) {}
