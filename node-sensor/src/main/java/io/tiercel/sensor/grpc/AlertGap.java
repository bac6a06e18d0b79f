package io.tiercel.sensor.grpc;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Alerts that are missing in a subscriber's stream.
 *
 * @param count missing alerts that match the subscription
 * @param unfiltered missing alerts that the filter was not applied to
 * @param unknown whether an unknown number of further alerts may be missing
 * @param byRule those of {@code count} whose rule is known, by rule; the number of names is bounded
 */
record AlertGap(long count, long unfiltered, boolean unknown, SortedMap<String, Long> byRule) {
    static final AlertGap NONE = new AlertGap(0, 0, false, new TreeMap<>());

    AlertGap {
        byRule = Collections.unmodifiableSortedMap(new TreeMap<>(byRule));
    }

    /** A number of alerts that match the subscription. */
    static AlertGap of(long count) {
        return new AlertGap(count, 0, false, new TreeMap<>());
    }

    /** One alert of a rule that matches the subscription. */
    static AlertGap of(String rule) {
        return new AlertGap(1, 0, false, new TreeMap<>(Map.of(rule, 1L)));
    }

    /** A number of alerts that the filter was not applied to. */
    static AlertGap unfiltered(long count) {
        return new AlertGap(0, count, false, new TreeMap<>());
    }

    /** An unknown number of alerts. */
    static AlertGap unknown(boolean unknown) {
        return new AlertGap(0, 0, unknown, new TreeMap<>());
    }

    AlertGap plus(AlertGap other) {
        SortedMap<String, Long> rules = new TreeMap<>(byRule);
        other.byRule.forEach((rule, number) -> rules.merge(rule, number, Long::sum));
        return new AlertGap(count + other.count, unfiltered + other.unfiltered, unknown || other.unknown, rules);
    }

    boolean isEmpty() {
        return count == 0 && unfiltered == 0 && !unknown;
    }
}
