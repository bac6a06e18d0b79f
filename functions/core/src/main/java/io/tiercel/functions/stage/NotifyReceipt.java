package io.tiercel.functions.stage;

/**
 * What notifying did.
 *
 * @param sent messages that a channel has taken
 * @param failed attempts that failed; those worth it are repeated when their time has come and this is called again
 */
public record NotifyReceipt(int sent, int failed) {}
