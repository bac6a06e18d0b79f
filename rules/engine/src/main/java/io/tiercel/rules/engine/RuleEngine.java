package io.tiercel.rules.engine;

import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.check.FieldCollector;
import io.tiercel.rules.check.FieldTable;
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
 * Evaluates a set of rules, indexed by event type. An event that no rule matches costs no allocation.
 *
 * <p>For one thread: results of shared macros are remembered within the engine from one rule to the next.
 */
public final class RuleEngine {
    /** Every rule is evaluated for asynchronous events. */
    private static final EventTypeSet ASYNC = EventTypeSet.of(EventTypes.ASYNC);

    /** Rules that cost less one by one than all of them together. */
    private static final int FEW = 4;

    private final List<Rule> rules;
    private final RuleMatching matching;

    /** The rules that may fire, by their number in the program. */
    private final Rule[] firing;

    /** Layouts of the rules that have matched. */
    private final Map<Rule, AlertFormat> formats = new IdentityHashMap<>();

    private final int sharedParts;
    private final RuleSubset everything;
    private final ZoneId zone;

    private RuleEngine(
            List<Rule> rules,
            FieldTable fields,
            RuleMatching matching,
            Priority threshold,
            ZoneId zone,
            Evaluation evaluation) {
        this.rules = List.copyOf(rules);
        this.firing = rules.stream()
                .filter(rule -> rule.enabled() && rule.priority().atLeast(threshold))
                .toArray(Rule[]::new);
        this.matching = matching;
        this.sharedParts = fields.sharedCount();
        this.everything = selection(firing, evaluation);
        this.zone = zone;
    }

    /**
     * Builds an engine.
     *
     * @param rules in the order of their definition, all of one rule set; those that are disabled or less urgent than
     *     the threshold never fire
     * @param fields the table that the rules were checked with
     * @param zone time zone of the times in outputs
     * @param evaluation how conditions are evaluated
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

    /** As above, compiled. */
    public static RuleEngine of(
            List<Rule> rules, FieldTable fields, RuleMatching matching, Priority threshold, ZoneId zone) {
        return of(rules, fields, matching, threshold, zone, Evaluation.COMPILED);
    }

    /** As above, compiled, in the time zone of the machine. */
    public static RuleEngine of(List<Rule> rules, FieldTable fields, RuleMatching matching, Priority threshold) {
        return of(rules, fields, matching, threshold, ZoneId.systemDefault());
    }

    /** Every rule, in the order of definition. */
    public List<Rule> rules() {
        return rules;
    }

    /** The rules that may fire: enabled, and urgent enough. */
    public List<Rule> firing() {
        return List.of(firing);
    }

    /** Event types for which some rule may fire. */
    public EventTypeSet eventTypes() {
        EventTypeSet types = EventTypeSet.none();
        for (Rule rule : firing) {
            types = types.union(rule.eventTypes());
        }
        return types.intersection(ASYNC.complement());
    }

    /** The fields that the rules which may fire name in their conditions, and that their alerts show. */
    public Set<Field> fields() {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        for (Rule rule : firing) {
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
     * Host names that {@code fd.sip.name} and its like are compared with by rules that may fire: whoever makes events
     * resolves them, and gives such a field all of them to which its address belongs.
     */
    public SortedSet<String> hostNames() {
        SortedSet<String> names = new TreeSet<>();
        for (Rule rule : firing) {
            HostNameCollector.collect(rule.condition(), names);
        }
        return names;
    }

    /** Tells the sink which rules match the event: the first one, or all in their order. */
    public void evaluate(Event event, MatchSink sink) {
        everything.evaluate(event, sink);
    }

    /**
     * Those of the rules that may fire which are wanted, for events of which it is known that no other matches. A few are
     * interpreted one by one; more are evaluated with all others, since the compiled rules share what they look at.
     */
    public RuleSubset select(Predicate<Rule> wanted) {
        Rule[] selected = Arrays.stream(firing).filter(wanted).toArray(Rule[]::new);
        return selected.length <= FEW ? selection(selected, Evaluation.INTERPRETED) : everything;
    }

    private RuleSubset selection(Rule[] selected, Evaluation evaluation) {
        List<Candidate> candidates = Arrays.stream(selected)
                .map(rule -> new Candidate(rule.condition(), rule.eventTypes().union(ASYNC)))
                .toList();
        return new RuleSubset(selected, RuleProgram.of(candidates, sharedParts, evaluation), matching);
    }

    /**
     * What the rule says about the event. Beside the fields that the output names, the alert's fields hold the event's
     * time under {@code evt.time}.
     *
     * @param rule one of this engine's
     * @param hostname the node's name
     * @return an alert without id
     */
    public Alert alert(Rule rule, Event event, String hostname) {
        Content content = formats.computeIfAbsent(rule, RuleEngine::format).write(event, zone);
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
