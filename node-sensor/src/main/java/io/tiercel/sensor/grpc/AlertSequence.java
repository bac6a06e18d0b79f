package io.tiercel.sensor.grpc;

import org.jspecify.annotations.Nullable;

/**
 * The id of an alert, {@code node/boot/sequence}, taken apart.
 *
 * @param series what stands before the sequence
 * @param sequence the number, from 0
 */
record AlertSequence(String series, long sequence) {
    private static final int MAX_DIGITS = 18;

    /** Takes an id apart; null if it is none of this node's form. */
    static @Nullable AlertSequence of(String id) {
        int slash = id.lastIndexOf('/');
        String digits = id.substring(slash + 1);
        boolean number = slash > 0
                && !digits.isEmpty()
                && digits.length() <= MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? new AlertSequence(id.substring(0, slash), Long.parseLong(digits)) : null;
    }

    /** Whether this comes so many numbers behind the other. */
    boolean isAfter(AlertSequence other, long numbers) {
        return distanceFrom(other) == numbers;
    }

    /** How many numbers this is behind the other; -1 if it is before it or of another series. */
    long distanceFrom(AlertSequence other) {
        return series.equals(other.series) && sequence >= other.sequence ? sequence - other.sequence : -1;
    }
}
