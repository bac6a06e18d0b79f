package io.tiercel.functions.notification;

/** When to tell of a growing count on a channel that cannot change what it has said. */
final class PowersOfTen {
    private PowersOfTen() {}

    /** The least power of ten above a count; {@link Notifier#NEVER} if there is none. */
    static long after(long count) {
        long next = 1;
        while (next <= count) {
            if (next > Long.MAX_VALUE / 10) {
                return Notifier.NEVER;
            }
            next *= 10;
        }
        return next;
    }
}
