package io.tiercel.functions;

/**
 * What announcing did.
 *
 * @param sent messages that a channel has taken
 * @param failed attempts that failed; those worth it are repeated when their time has come and this is called again
 */
public record AnnounceReceipt(int sent, int failed) {}
