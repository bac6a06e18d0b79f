package io.tiercel.sensor.grpc;

import org.jspecify.annotations.Nullable;

/**
 * The id of an alert, {@code node/boot/sequence}, split into its parts.
 *
 * @param series node and boot
 * @param sequence sequence number, from 0
 */
record AlertSequence(String series, long sequence) {
    private static final int MAX_DIGITS = 18;

    /** Parses an id. Returns null if it does not have the form of an id. */
    static @Nullable AlertSequence parse(String id) {
        int slash = id.lastIndexOf('/');
        String digits = id.substring(slash + 1);
        boolean valid = slash > 0
                && !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return valid ? new AlertSequence(id.substring(0, slash), Long.parseLong(digits)) : null;
    }

    /** Returns true if this id follows the other one by exactly {@code distance}. */
    boolean isAfter(AlertSequence other, long distance) {
        return distanceFrom(other) == distance;
    }

    /** Returns how far this id follows the other one, or -1 if it precedes it or belongs to another series. */
    long distanceFrom(AlertSequence other) {
        return series.equals(other.series) && sequence >= other.sequence ? sequence - other.sequence : -1;
    }
}
