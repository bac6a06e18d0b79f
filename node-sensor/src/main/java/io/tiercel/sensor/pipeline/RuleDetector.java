package io.tiercel.sensor.pipeline;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.engine.MatchSink;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.event.Event;
import java.util.function.Consumer;

/** The rules as a detector. */
public final class RuleDetector implements Detector {
    private final RuleEngine rules;
    private final MatchSink matches;

    /**
     * Makes alerts of matches.
     *
     * @param hostname the node's name in alerts
     * @param alerts takes them; they have no id yet
     */
    public RuleDetector(RuleEngine rules, String hostname, Consumer<Alert> alerts) {
        this.rules = rules;
        this.matches = (rule, event) -> alerts.accept(rules.alert(rule, event, hostname));
    }

    @Override
    public void detect(Event event) {
        rules.evaluate(event, matches);
    }
}
