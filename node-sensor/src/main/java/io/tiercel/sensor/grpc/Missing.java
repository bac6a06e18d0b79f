package io.tiercel.sensor.grpc;

/**
 * What a subscriber does not get at one place of its stream.
 *
 * @param count alerts that it asked for
 * @param unfiltered alerts of which it was not found out whether it asked for them
 * @param unknown whether alerts may be missing whose number nobody knows
 */
record Missing(long count, long unfiltered, boolean unknown) {
    static final Missing NOTHING = new Missing(0, 0, false);

    /** One alert that was asked for. */
    static final Missing ONE = new Missing(1, 0, false);

    Missing plus(Missing more) {
        return new Missing(count + more.count, unfiltered + more.unfiltered, unknown || more.unknown);
    }

    boolean nothing() {
        return count == 0 && unfiltered == 0 && !unknown;
    }
}
