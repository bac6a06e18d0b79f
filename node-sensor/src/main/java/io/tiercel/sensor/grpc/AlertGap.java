package io.tiercel.sensor.grpc;

/**
 * Alerts that are missing at one position of a subscriber's stream.
 *
 * @param count missing alerts that match the subscription
 * @param unfiltered missing alerts that the filter was not applied to
 * @param unknown whether an unknown number of further alerts may be missing
 */
record AlertGap(long count, long unfiltered, boolean unknown) {
    static final AlertGap NONE = new AlertGap(0, 0, false);

    /** One alert that matches the subscription. */
    static final AlertGap ONE = new AlertGap(1, 0, false);

    AlertGap plus(AlertGap other) {
        return new AlertGap(count + other.count, unfiltered + other.unfiltered, unknown || other.unknown);
    }

    boolean isEmpty() {
        return count == 0 && unfiltered == 0 && !unknown;
    }
}
