package io.tiercel.sensor.grpc;

/**
 * What a subscriber does not get at one place of its stream.
 *
 * @param count alerts that it asked for
 * @param unfiltered alerts of which it was not found out whether it asked for them
 * @param unknown whether alerts may be missing whose number nobody knows
 */
record AlertGap(long count, long unfiltered, boolean unknown) {
    static final AlertGap NOTHING = new AlertGap(0, 0, false);

    /** One alert that was asked for. */
    static final AlertGap ONE = new AlertGap(1, 0, false);

    AlertGap plus(AlertGap more) {
        return new AlertGap(count + more.count, unfiltered + more.unfiltered, unknown || more.unknown);
    }

    boolean nothing() {
        return count == 0 && unfiltered == 0 && !unknown;
    }
}
