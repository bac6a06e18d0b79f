package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.engine.MatchSink;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleSelection;
import io.tiercel.rules.event.Event;
import io.tiercel.sensor.event.ContainerAwareEvent;
import io.tiercel.sensor.event.FileEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rules as a detector.
 *
 * <p>An event about a file that the kernel or the host knows by another name than the program gave is evaluated under
 * each, so that a harmless match under one cannot cover one under another. A rule that alerted under an earlier name is
 * left out under later ones; the alerts of others say so in the output field {@value #MATCHED_NAME}.
 */
public final class RuleDetector implements Detector {
    /** Output field, {@code kernel} or {@code host}, of an alert that not the given name gave rise to but that one. */
    static final String MATCHED_NAME = "tiercel.matched_name";

    /** Output field, {@code late} or {@code unknown}, of an alert from a container of which the runtime told nothing. */
    static final String CONTAINER_METADATA = "tiercel.container_metadata";

    private final RuleEngine rules;
    private final ActivePrefilter pass;
    private final RuleSelection all;
    private final CandidateRules candidates;
    private final boolean checked;
    private final Consumer<Rule> mistakes;
    private final FileNameMode names;
    private final MatchSink matches;
    private final MatchSink furtherMatches;
    private final List<Rule> matched = new ArrayList<>();
    private FileEvent.Name further = FileEvent.Name.GIVEN;

    /**
     * Makes alerts of matches.
     *
     * @param hostname the node's name in alerts
     * @param alerts takes them; they have no id yet
     */
    public RuleDetector(RuleEngine rules, FileNameMode names, String hostname, Consumer<Alert> alerts) {
        this(rules, names, hostname, alerts, ActivePrefilter.NONE, false, rule -> {});
    }

    /**
     * The same for events that the kernel has looked at.
     *
     * @param checked whether events are evaluated that it ruled out
     * @param mistakes takes a rule that matched an event for which the kernel ruled it out
     */
    RuleDetector(
            RuleEngine rules,
            FileNameMode names,
            String hostname,
            Consumer<Alert> alerts,
            ActivePrefilter pass,
            boolean checked,
            Consumer<Rule> mistakes) {
        this.pass = pass;
        this.checked = checked;
        this.mistakes = mistakes;
        this.rules = rules;
        this.all = rules.select(rule -> true);
        this.candidates = new CandidateRules(rules, pass);
        this.names = names;
        this.matches = (rule, event) -> {
            check(rule, event);
            matched.add(rule);
            alerts.accept(alert(rule, event, hostname));
        };
        this.furtherMatches = (rule, event) -> {
            check(rule, event);
            if (matched.stream().noneMatch(first -> first == rule)) {
                matched.add(rule);
                alerts.accept(alert(rule, event, hostname).withOutputField(MATCHED_NAME, saidBy(further)));
            }
        };
    }

    private Alert alert(Rule rule, Event event, String hostname) {
        Alert alert = rules.alert(rule, event, hostname);
        String missing = event instanceof ContainerAwareEvent container ? container.missingMetadata() : null;
        return missing == null ? alert : alert.withOutputField(CONTAINER_METADATA, missing);
    }

    @Override
    public void detect(Event event) {
        matched.clear();
        if (!checked && pass.rulesOut(event)) {
            return;
        }
        RuleSelection candidates = checked ? all : this.candidates.of(event);
        candidates.evaluate(event, matches);
        if (names == FileNameMode.BOTH && event instanceof FileEvent file) {
            for (int i = 0; i < FileEvent.FURTHER_NAMES.size(); i++) {
                evaluate(candidates, file, FileEvent.FURTHER_NAMES.get(i));
            }
        }
    }

    private void check(Rule rule, Event event) {
        if (!pass.allows(event, rule)) {
            mistakes.accept(rule);
        }
    }

    private void evaluate(RuleSelection candidates, FileEvent file, FileEvent.Name name) {
        if (file.hasName(name)) {
            further = name;
            file.useName(name);
            candidates.evaluate(file, furtherMatches);
            file.useName(FileEvent.Name.GIVEN);
        }
    }

    private static String saidBy(FileEvent.Name name) {
        return switch (name) {
            case GIVEN -> "given";
            case KERNEL -> "kernel";
            case HOST -> "host";
        };
    }
}
