package io.tiercel.functions.stage;

/**
 * The result of one run of {@code notify}.
 *
 * @param sent number of messages that a channel accepted
 * @param failed number of failed attempts; a later run retries those that can succeed
 */
public record NotifyReceipt(int sent, int failed) {}
