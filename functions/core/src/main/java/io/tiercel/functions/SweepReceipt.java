package io.tiercel.functions;

/**
 * What a sweep did.
 *
 * @param closed how many incidents it has closed
 */
public record SweepReceipt(int closed) {}
