package io.tiercel.sensor.detect;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.engine.MatchSink;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.engine.RuleSubset;
import io.tiercel.rules.event.Event;
import io.tiercel.sensor.event.ContainerAwareEvent;
import io.tiercel.sensor.event.FileEvent;
import io.tiercel.sensor.event.ProcessAwareEvent;
import io.tiercel.sensor.fields.FileNameKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Evaluates rules and creates alerts.
 *
 * <p>The kernel or the host can know a file by another name than the path argument. The event is then evaluated once
 * for each name, so that a harmless match of one name cannot mask a match of another. A rule alerts at most once per
 * event. Alerts that result from another name have the output field {@value #MATCHED_NAME}.
 */
public final class RuleDetector implements Detector {
    /**
     * Output field with the value {@code kernel}, {@code host} or {@code known}. It marks an alert that matched another name than the
     * path argument.
     */
    static final String MATCHED_NAME = "tiercel.matched_name";

    /**
     * Output field with the value {@code late} or {@code unknown}. It marks an alert from a container without metadata
     * from its runtime.
     */
    static final String CONTAINER_METADATA = "tiercel.container_metadata";

    private final RuleEngine rules;
    private final ActivePrefilter prefilter;
    private final RuleSubset all;
    private final CandidateRules candidates;
    private final boolean verify;
    private final Runnable verified;
    private final Consumer<Rule> mismatches;
    private final Consumer<Event> unmatched;
    private final FileNameMode fileNames;
    private final MatchSink matches;
    private final MatchSink alternativeMatches;
    private final List<Rule> matched = new ArrayList<>();
    private FileNameKind alternative = FileNameKind.GIVEN;

    /**
     * Creates a detector without a prefilter.
     *
     * @param hostname node name in alerts
     * @param alerts receives the alerts, which have no id yet
     */
    public RuleDetector(RuleEngine rules, FileNameMode fileNames, String hostname, Consumer<Alert> alerts) {
        this(rules, fileNames, hostname, alerts, ActivePrefilter.NONE, false, () -> {}, rule -> {}, event -> {});
    }

    /**
     * Creates a detector for events that the kernel has filtered.
     *
     * @param verify if true, excluded events are evaluated as well
     * @param verified runs for each excluded event that is evaluated
     * @param mismatches receives each rule that matched although the prefilter excluded it
     * @param unmatched receives each event that the prefilter has checked and no rule matched
     */
    RuleDetector(
            RuleEngine rules,
            FileNameMode fileNames,
            String hostname,
            Consumer<Alert> alerts,
            ActivePrefilter prefilter,
            boolean verify,
            Runnable verified,
            Consumer<Rule> mismatches,
            Consumer<Event> unmatched) {
        this.prefilter = prefilter;
        this.verify = verify;
        this.verified = verified;
        this.mismatches = mismatches;
        this.unmatched = unmatched;
        this.rules = rules;
        this.all = rules.select(rule -> true);
        this.candidates = new CandidateRules(rules, prefilter);
        this.fileNames = fileNames;
        this.matches = (rule, event) -> {
            reportMismatch(rule, event);
            matched.add(rule);
            alerts.accept(alert(rule, event, hostname));
        };
        this.alternativeMatches = (rule, event) -> {
            reportMismatch(rule, event);
            if (matched.stream().noneMatch(first -> first == rule)) {
                matched.add(rule);
                alerts.accept(alert(rule, event, hostname).withOutputField(MATCHED_NAME, label(alternative)));
            }
        };
    }

    private Alert alert(Rule rule, Event event, String hostname) {
        Alert alert = PodFields.add(rules.alert(rule, event, hostname), event);
        if (event instanceof ProcessAwareEvent aware) {
            alert = alert.withContext(AlertContexts.of(aware));
        }
        String missing = event instanceof ContainerAwareEvent container ? container.missingMetadata() : null;
        return missing == null ? alert : alert.withOutputField(CONTAINER_METADATA, missing);
    }

    @Override
    public void detect(Event event) {
        matched.clear();
        if (prefilter.excludesAllRules(event)) {
            if (!verify) {
                return;
            }
            verified.run();
        }
        RuleSubset candidates = verify ? all : this.candidates.select(event);
        candidates.evaluate(event, matches);
        if (fileNames == FileNameMode.BOTH && event instanceof FileEvent file) {
            for (int i = 0; i < FileNameKind.FURTHER.size(); i++) {
                evaluate(candidates, file, FileNameKind.FURTHER.get(i));
            }
        }
        if (matched.isEmpty() && prefilter.appliesTo(event)) {
            unmatched.accept(event);
        }
    }

    private void reportMismatch(Rule rule, Event event) {
        if (!prefilter.mayMatch(event, rule)) {
            mismatches.accept(rule);
        }
    }

    private void evaluate(RuleSubset candidates, FileEvent file, FileNameKind name) {
        if (file.hasName(name)) {
            alternative = name;
            file.selectName(name);
            candidates.evaluate(file, alternativeMatches);
            file.selectName(FileNameKind.GIVEN);
        }
    }

    private static String label(FileNameKind name) {
        return switch (name) {
            case GIVEN -> "given";
            case KERNEL -> "kernel";
            case HOST -> "host";
            case KNOWN -> "known";
        };
    }
}
