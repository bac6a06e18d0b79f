package io.tiercel.functions.notification;

/** The alert counts at which a channel that cannot edit its messages reports a growing incident. */
final class CountThresholds {
    private CountThresholds() {}

    /** Returns the smallest power of ten above a count; {@link NotificationChannel#NEVER} if there is none. */
    static long nextPowerOfTen(long count) {
        long next = 1;
        while (next <= count) {
            if (next > Long.MAX_VALUE / 10) {
                return NotificationChannel.NEVER;
            }
            next *= 10;
        }
        return next;
    }
}
