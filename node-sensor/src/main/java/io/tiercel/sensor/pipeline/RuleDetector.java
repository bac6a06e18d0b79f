package io.tiercel.sensor.pipeline;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.engine.MatchSink;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.event.Event;
import io.tiercel.sensor.capture.NamedTwice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rules as a detector.
 *
 * <p>An event about a file that the kernel knows by another name than the program gave is evaluated under both, so that a
 * harmless match under the first cannot cover one under the second. A rule that alerted under the first is left out under
 * the second; the alerts of others say so in the output field {@value #MATCHED_NAME}.
 */
public final class RuleDetector implements Detector {
    /** Output field, value {@code kernel}, of an alert that only the kernel's name for the file gave rise to. */
    static final String MATCHED_NAME = "tiercel.matched_name";

    private final RuleEngine rules;
    private final FileNames names;
    private final MatchSink matches;
    private final MatchSink furtherMatches;
    private final List<Rule> matched = new ArrayList<>();

    /**
     * Makes alerts of matches.
     *
     * @param hostname the node's name in alerts
     * @param alerts takes them; they have no id yet
     */
    public RuleDetector(RuleEngine rules, FileNames names, String hostname, Consumer<Alert> alerts) {
        this.rules = rules;
        this.names = names;
        this.matches = (rule, event) -> {
            matched.add(rule);
            alerts.accept(rules.alert(rule, event, hostname));
        };
        this.furtherMatches = (rule, event) -> {
            if (matched.stream().noneMatch(first -> first == rule)) {
                alerts.accept(rules.alert(rule, event, hostname).withOutputField(MATCHED_NAME, "kernel"));
            }
        };
    }

    @Override
    public void detect(Event event) {
        matched.clear();
        rules.evaluate(event, matches);
        if (names == FileNames.BOTH && event instanceof NamedTwice file && file.hasAlternateName()) {
            file.useAlternateName(true);
            rules.evaluate(file, furtherMatches);
            file.useAlternateName(false);
        }
    }
}
