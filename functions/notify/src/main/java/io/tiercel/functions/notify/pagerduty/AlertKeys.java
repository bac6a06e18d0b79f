package io.tiercel.functions.notify.pagerduty;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The deduplication keys of the PagerDuty alerts of one incident: the incident's id, and one key for each escalation that has paged
 * again. The channel's record keeps the number of escalations as its thread.
 *
 * @param id the incident's id
 * @param escalations number of further keys, 0 to {@link #MAX_ESCALATIONS}
 */
record AlertKeys(String id, int escalations) {
    /** Maximum number of further alerts. Later escalations update the last one. */
    static final int MAX_ESCALATIONS = 10;

    private static final String SUFFIX = "-e";
    private static final Pattern ESCALATED = Pattern.compile("(.+)-e[0-9]{1,2}");

    /** @param thread the stored thread; null without one */
    static AlertKeys stored(String id, @Nullable String thread) {
        int escalations = 0;
        if (thread != null && thread.matches("e[0-9]{1,2}")) {
            escalations = Math.min(Integer.parseInt(thread.substring(1)), MAX_ESCALATIONS);
        }
        return new AlertKeys(id, escalations);
    }

    /** Returns the incident's id from one of its keys. Other keys are returned unchanged. */
    static String incidentId(String key) {
        Matcher escalated = ESCALATED.matcher(key);
        return escalated.matches() ? escalated.group(1) : key;
    }

    AlertKeys afterEscalation() {
        return new AlertKeys(id, Math.min(escalations + 1, MAX_ESCALATIONS));
    }

    /** The key of the last alert. */
    String last() {
        return key(escalations);
    }

    /** All keys, the last one first. */
    List<String> all() {
        List<String> keys = new ArrayList<>();
        for (int number = escalations; number >= 0; number--) {
            keys.add(key(number));
        }
        return keys;
    }

    String thread() {
        return "e" + escalations;
    }

    private String key(int number) {
        return number == 0 ? id : id + SUFFIX + number;
    }
}
