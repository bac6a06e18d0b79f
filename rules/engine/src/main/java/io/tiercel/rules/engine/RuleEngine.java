package io.tiercel.rules.engine;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.eval.SharedResults;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a set of rules, indexed by event type. An event that no rule matches costs no allocation.
 *
 * <p>For one thread: results of shared macros are remembered within the engine from one rule to the next.
 */
public final class RuleEngine {
    private static final Rule[] NO_RULES = {};

    private final List<Rule> rules;
    private final RuleMatching matching;
    private final Rule[][] byType;
    private final SharedResults results;
    private final ZoneId zone;

    private RuleEngine(List<Rule> rules, FieldTable fields, RuleMatching matching, Priority threshold, ZoneId zone) {
        this.rules = List.copyOf(rules);
        this.matching = matching;
        this.byType = indexed(rules, threshold);
        this.results = new SharedResults(fields.sharedParts());
        this.zone = zone;
    }

    /**
     * Builds an engine.
     *
     * @param rules in the order of their definition, all of one rule set; those that are disabled or less urgent than
     *     the threshold never fire
     * @param fields the table that the rules were checked with
     * @param zone time zone of the times in outputs
     */
    public static RuleEngine of(
            List<Rule> rules, FieldTable fields, RuleMatching matching, Priority threshold, ZoneId zone) {
        return new RuleEngine(rules, fields, matching, threshold, zone);
    }

    /** As above, in the time zone of the machine. */
    public static RuleEngine of(List<Rule> rules, FieldTable fields, RuleMatching matching, Priority threshold) {
        return of(rules, fields, matching, threshold, ZoneId.systemDefault());
    }

    private static Rule[][] indexed(List<Rule> rules, Priority threshold) {
        Rule[][] index = new Rule[EventTypes.count()][];
        for (int code = 0; code < index.length; code++) {
            List<Rule> found = new ArrayList<>();
            for (Rule rule : rules) {
                boolean wanted = rule.eventTypes().contains(code) || code == EventTypes.ASYNC;
                if (wanted && fires(rule, threshold)) {
                    found.add(rule);
                }
            }
            index[code] = found.isEmpty() ? NO_RULES : found.toArray(NO_RULES);
        }
        return index;
    }

    private static boolean fires(Rule rule, Priority threshold) {
        return rule.enabled() && rule.priority().atLeast(threshold);
    }

    /** Every rule, in the order of definition. */
    public List<Rule> rules() {
        return rules;
    }

    /** Event types for which some rule may fire. */
    public EventTypeSet eventTypes() {
        List<Integer> codes = new ArrayList<>();
        for (int code = 0; code < byType.length; code++) {
            if (code != EventTypes.ASYNC && byType[code].length > 0) {
                codes.add(code);
            }
        }
        return EventTypeSet.of(codes.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Tells the sink which rules match the event: the first one, or all in their order. */
    public void evaluate(Event event, MatchSink sink) {
        Rule[] candidates = byType[event.type()];
        if (candidates.length == 0) {
            return;
        }
        results.nextEvent();
        for (Rule rule : candidates) {
            if (results.holds(rule.condition(), event)) {
                sink.matched(rule, event);
                if (matching == RuleMatching.FIRST) {
                    return;
                }
            }
        }
    }

    /**
     * What the rule says about the event. Beside the fields that the output names, the alert's fields hold the event's
     * time under {@code evt.time}.
     *
     * @param hostname the node's name
     * @return an alert without id
     */
    public Alert alert(Rule rule, Event event, String hostname) {
        TreeMap<String, @Nullable Object> fields = new TreeMap<>();
        fields.put(Field.EVT_TIME.fieldName(), event.timeNanos());
        rule.output().collect(event, fields);
        for (ExtraField extra : rule.extraFields()) {
            if (extra.raw()) {
                extra.format().collect(event, fields);
            } else {
                fields.put(extra.name(), extra.format().render(event, zone));
            }
        }
        String message = rule.output().render(event, zone);
        return new Alert(
                null,
                hostname,
                event.timeNanos(),
                rule.priority(),
                rule.name(),
                rule.source(),
                rule.tags(),
                message == null ? "" : message,
                fields);
    }
}
