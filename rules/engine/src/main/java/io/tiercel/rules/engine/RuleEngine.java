package io.tiercel.rules.engine;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.check.FieldCollector;
import io.tiercel.rules.check.FieldTable;
import io.tiercel.rules.check.FileNameCollector;
import io.tiercel.rules.check.HostNameCollector;
import io.tiercel.rules.compile.RuleProgram;
import io.tiercel.rules.compile.RuleProgram.Candidate;
import io.tiercel.rules.compile.RuleProgram.Evaluation;
import io.tiercel.rules.event.Event;
import io.tiercel.rules.event.EventTypeSet;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.rules.format.AlertFormat;
import io.tiercel.rules.format.AlertFormat.Content;
import io.tiercel.rules.format.OutputFormat;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Evaluates a set of rules, indexed by event type. Events without a match cause no allocation.
 *
 * <p>Engines are not thread-safe, because they cache results of shared macros for the current event.
 */
public final class RuleEngine {
    /** The asynchronous event type, for which all rules are evaluated. */
    private static final EventTypeSet ASYNC = EventTypeSet.of(EventTypes.ASYNC);

    /** Maximum number of rules that are cheaper to interpret one by one than to evaluate with all other rules. */
    private static final int MAX_INTERPRETED = 4;

    private final List<Rule> rules;
    private final RuleMatching matching;

    /** The active rules, by their number in the program. */
    private final Rule[] active;

    /** Alert formats of the rules that have matched. */
    private final Map<Rule, AlertFormat> formats = new IdentityHashMap<>();

    private final int sharedCount;
    private final RuleSubset allActive;
    private final ZoneId zone;

    private RuleEngine(
            List<Rule> rules,
            FieldTable fields,
            RuleMatching matching,
            Priority threshold,
            ZoneId zone,
            Evaluation evaluation) {
        this.rules = List.copyOf(rules);
        this.active = rules.stream()
                .filter(rule -> rule.enabled() && rule.priority().atLeast(threshold))
                .toArray(Rule[]::new);
        this.matching = matching;
        this.sharedCount = fields.sharedCount();
        this.allActive = subset(active, evaluation);
        this.zone = zone;
    }

    /**
     * Creates an engine.
     *
     * @param rules rules of one rule set in the order of their definition; rules that are disabled or below the
     *     priority threshold are inactive
     * @param fields field table with which the rules were checked
     * @param threshold minimum priority of active rules
     * @param zone time zone of times in outputs
     * @param evaluation evaluation method for conditions
     */
    public static RuleEngine of(
            List<Rule> rules,
            FieldTable fields,
            RuleMatching matching,
            Priority threshold,
            ZoneId zone,
            Evaluation evaluation) {
        return new RuleEngine(rules, fields, matching, threshold, zone, evaluation);
    }

    /** Creates an engine with compiled conditions. */
    public static RuleEngine of(
            List<Rule> rules, FieldTable fields, RuleMatching matching, Priority threshold, ZoneId zone) {
        return of(rules, fields, matching, threshold, zone, Evaluation.COMPILED);
    }

    /** Creates an engine with compiled conditions and the default time zone. */
    public static RuleEngine of(List<Rule> rules, FieldTable fields, RuleMatching matching, Priority threshold) {
        return of(rules, fields, matching, threshold, ZoneId.systemDefault());
    }

    /** Returns all rules in the order of definition. */
    public List<Rule> rules() {
        return rules;
    }

    /** Returns the active rules, which are enabled and at or above the priority threshold. */
    public List<Rule> active() {
        return List.of(active);
    }

    /** Returns the event types for which an active rule can match. */
    public EventTypeSet eventTypes() {
        EventTypeSet types = EventTypeSet.none();
        for (Rule rule : active) {
            types = types.union(rule.eventTypes());
        }
        return types.intersection(ASYNC.complement());
    }

    /** Returns the fields in the conditions and outputs of the active rules. */
    public Set<Field> fields() {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        for (Rule rule : active) {
            FieldCollector.collect(rule.condition(), fields);
            collect(rule.output(), fields);
            rule.extraFields().forEach(extra -> collect(extra.format(), fields));
        }
        return fields;
    }

    private static void collect(OutputFormat format, Set<Field> fields) {
        format.fields().values().forEach(value -> fields.add(value.ref().field()));
    }

    /**
     * Returns the host names with which active rules compare fields such as {@code fd.sip.name}. The event producer
     * resolves them. The value of such a field is the list of names that resolve to its address.
     */
    public SortedSet<String> hostNames() {
        SortedSet<String> names = new TreeSet<>();
        for (Rule rule : active) {
            HostNameCollector.collect(rule.condition(), names);
        }
        return names;
    }

    /**
     * Returns the files that active rules name, as {@link FileNameCollector} finds them. The event producer recognizes them by
     * any other name.
     */
    public SortedSet<String> fileNames() {
        SortedSet<String> names = new TreeSet<>();
        for (Rule rule : active) {
            FileNameCollector.collect(rule.condition(), names);
        }
        return names;
    }

    /** Calls the sink for the rules that match the event: the first one, or all in order. */
    public void evaluate(Event event, MatchSink sink) {
        allActive.evaluate(event, sink);
    }

    /**
     * Selects active rules, for events that no other rule can match.
     *
     * <p>A small selection is interpreted. For a larger one, all active rules are evaluated, because compiled rules
     * share most of their work.
     */
    public RuleSubset select(Predicate<Rule> predicate) {
        Rule[] selected = Arrays.stream(active).filter(predicate).toArray(Rule[]::new);
        return selected.length <= MAX_INTERPRETED ? subset(selected, Evaluation.INTERPRETED) : allActive;
    }

    private RuleSubset subset(Rule[] selected, Evaluation evaluation) {
        List<Candidate> candidates = Arrays.stream(selected)
                .map(rule -> new Candidate(rule.condition(), rule.eventTypes().union(ASYNC)))
                .toList();
        return new RuleSubset(selected, RuleProgram.of(candidates, sharedCount, evaluation), matching);
    }

    /**
     * Creates the alert of a rule for an event. Its output fields are the fields of the output and the event time under
     * {@code evt.time}.
     *
     * @param rule a rule of this engine
     * @param hostname name of the node
     * @return an alert without id
     */
    public Alert alert(Rule rule, Event event, String hostname) {
        Content content = formats.computeIfAbsent(rule, RuleEngine::format).render(event, zone);
        return new Alert(
                null,
                hostname,
                event.timeNanos(),
                rule.priority(),
                rule.name(),
                rule.source(),
                rule.tags(),
                content.message(),
                content.fields());
    }

    private static AlertFormat format(Rule rule) {
        AlertFormat.Builder format = new AlertFormat.Builder(rule.output());
        for (ExtraField extra : rule.extraFields()) {
            if (extra.raw()) {
                format.fieldsOf(extra.format());
            } else {
                format.text(extra.name(), extra.format());
            }
        }
        return format.build();
    }
}
