package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.AlertLimits;
import io.tiercel.rules.text.TextLimit;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts and logs the alerts that the receiver refused. They are lost: the receiver will never accept them. The first refusal of a rule for
 * a reason is logged, and further ones are only counted. This class is thread-safe.
 */
public final class RefusedAlerts {
    /** Maximum number of pairs of a rule and a reason that are logged. */
    static final int MAX_LOGGED = 1_000;

    /** Maximum number of counted codes. Others are counted as {@link #OTHER}. */
    static final int MAX_CODES = 20;

    static final String OTHER = "other";

    private static final Logger LOG = System.getLogger(RefusedAlerts.class.getName());

    /** Maximum length of a rule name in a log line and in an alert about losses. */
    private static final int MAX_RULE = 100;

    private final SortedMap<String, Long> byCode = new TreeMap<>();
    private final Set<String> logged = new HashSet<>();
    private long fromEvents;
    private @Nullable Latest latest;

    /**
     * The latest refused alert about an event.
     *
     * @param rule the beginning of its rule's name
     */
    public record Latest(String rule, Refusal refusal) {}

    /**
     * The refused alerts since the start.
     *
     * @param byCode number of alerts by {@link Refusal#code}
     * @param fromEvents number of alerts about events. An alert about losses must not cause another one
     * @param latest the latest one about an event; null if there is none
     */
    public record Totals(
            SortedMap<String, Long> byCode,
            long fromEvents,
            @Nullable Latest latest) {}

    /**
     * Counts a refused alert, and logs it if it is the first one of its rule for this reason.
     *
     * @param alert the alert; null if it cannot be read
     * @param keptIn where the alert is kept, for the log line
     * @return whether a line was logged
     */
    public synchronized boolean add(@Nullable Alert alert, Refusal refusal, String keptIn) {
        String code = byCode.containsKey(refusal.code()) || byCode.size() < MAX_CODES ? refusal.code() : OTHER;
        byCode.merge(code, 1L, Long::sum);
        String rule = alert == null ? "" : Refusal.oneLine(alert.rule());
        String shortRule = TextLimit.cut(rule, MAX_RULE);
        if (alert == null || !alert.source().equals(Alert.INTERNAL)) {
            fromEvents++;
            latest = new Latest(shortRule, refusal);
        }
        boolean first = logged.size() < MAX_LOGGED
                && logged.add(code + " " + TextLimit.cut(rule, AlertLimits.MAX_RULE_CHARACTERS));
        if (first) {
            LOG.log(
                    Level.WARNING,
                    "the receiver refused an alert of the rule \"" + shortRule + "\" (" + refusal.code() + ": "
                            + refusal.reason() + "); it is lost, and kept in " + keptIn
                            + "; further ones of this rule and reason are only counted");
        }
        return first;
    }

    /** Returns the totals. */
    public synchronized Totals totals() {
        return new Totals(Collections.unmodifiableSortedMap(new TreeMap<>(byCode)), fromEvents, latest);
    }
}
