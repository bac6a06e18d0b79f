package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.ValueSource;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.record.SyscallTable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The compiled prefilter of a rule set. For each event type it holds
 * the disjuncts of the rules and the attributes that the kernel can test. An event can match only if it meets a disjunct.
 *
 * <p>The prefilter only over-approximates. An attribute value excludes a disjunct only if the disjunct is false for
 * all values of the other fields, in three-valued logic. This holds while no state records are lost.
 */
public final class Prefilter {
    /**
     * Maximum number of disjuncts per rule and event type, tried in order. If a type has more than 64 with each of them, disjuncts
     * are merged.
     */
    private static final List<Integer> MAX_DISJUNCTS_PER_RULE = List.of(12, 6, 3, 1);

    /** Fewer disjuncts per rule are merged instead of more than this, if possible, because the kernel's tables take long to fill. */
    private static final int MAX_MERGED = 2_048;

    private final SortedMap<String, EventTypePrefilter> types = new TreeMap<>();
    private final AttributeEvaluator evaluator;

    private Prefilter(List<Rule> rules) {
        Map<String, Map<Rule, Formula>> conditions = new TreeMap<>();
        Set<CheckedExpr> checks = Collections.newSetFromMap(new IdentityHashMap<>());
        for (String type : SyscallTable.eventTypes()) {
            if (!SyscallKind.isNeverFiltered(type)) {
                Map<Rule, Formula> ofType = conditions(rules, type);
                ofType.values().forEach(formula -> formula.forEachCheck(checks::add));
                conditions.put(type, ofType);
            }
        }
        evaluator = new AttributeEvaluator(checks);
        conditions.forEach((type, ofType) -> {
            if (!ofType.isEmpty()) {
                types.put(type, compile(type, ofType));
            }
        });
    }

    /** Compiles the prefilter for the enabled rules of an engine. */
    public static Prefilter of(RuleEngine engine) {
        return new Prefilter(engine.active());
    }

    /** Compiles the prefilter for a single rule. */
    public static Prefilter of(Rule rule) {
        return new Prefilter(List.of(rule));
    }

    /** Returns true if the prefilter can test events of a type, with suitable rules. */
    public static boolean tests(String eventType) {
        return SyscallTable.eventTypes().contains(eventType) && !SyscallKind.isNeverFiltered(eventType);
    }

    /** Returns a summary for each event type that a rule can match, sorted by name. */
    public List<EventTypeSummary> summaries() {
        return types.values().stream()
                .filter(prefilter -> !prefilter.disjuncts().isEmpty())
                .map(this::summary)
                .toList();
    }

    private EventTypeSummary summary(EventTypePrefilter prefilter) {
        long excludable = prefilter.excludable();
        List<EventTypeSummary.DisjunctSummary> disjuncts = new ArrayList<>();
        for (int i = 0; i < prefilter.disjuncts().size(); i++) {
            Disjunct disjunct = prefilter.disjuncts().get(i);
            SortedSet<String> testedPerProcess = new TreeSet<>();
            SortedSet<NotPushedDown> notPushedDown = new TreeSet<>();
            disjunct.condition().forEachCheck(check -> {
                if (!evaluator.attributes(prefilter.shape(), check).isEmpty()) {
                    return;
                }
                NotPushedDown field = NotPushedDown.of(check, prefilter.shape());
                if (prefilter.testsProcesses() && ProcessConditions.tests(check)) {
                    testedPerProcess.add(field.field());
                } else {
                    notPushedDown.add(field);
                }
            });
            disjuncts.add(new EventTypeSummary.DisjunctSummary(
                    disjunct.rules().stream().map(Rule::name).distinct().toList(),
                    disjunct.attributes().stream().map(Attribute::label).toList(),
                    testedPerProcess,
                    notPushedDown,
                    (excludable >>> i & 1) == 0));
        }
        return new EventTypeSummary(
                prefilter.type(), !prefilter.alwaysSubmits(), prefilter.comparedTexts() > 0, disjuncts);
    }

    /** Returns the lookup tables for the kernel. */
    public PrefilterTables tables() {
        return new PrefilterEncoder(evaluator, filteredTypes()).encode();
    }

    /** Returns the rules of each disjunct. */
    public DisjunctRules disjunctRules() {
        Map<Integer, List<List<Rule>>> byType = new HashMap<>();
        types.forEach((type, prefilter) -> byType.put(
                EventTypes.code(type),
                prefilter.disjuncts().stream().map(Disjunct::rules).toList()));
        return new DisjunctRules(byType);
    }

    /** Returns what the disjuncts require of processes. */
    public ProcessConditions processConditions() {
        Map<Integer, List<Formula>> byType = new HashMap<>();
        filteredTypes().stream()
                .filter(EventTypePrefilter::testsProcesses)
                .forEach(prefilter -> byType.put(
                        EventTypes.code(prefilter.type()),
                        prefilter.disjuncts().stream().map(Disjunct::condition).toList()));
        return new ProcessConditions(byType);
    }

    SortedMap<String, EventTypePrefilter> types() {
        return Collections.unmodifiableSortedMap(types);
    }

    AttributeEvaluator evaluator() {
        return evaluator;
    }

    /** Returns the event types that the kernel can drop events of. */
    private List<EventTypePrefilter> filteredTypes() {
        return types.values().stream()
                .filter(prefilter -> !prefilter.alwaysSubmits())
                .toList();
    }

    private static Map<Rule, Formula> conditions(List<Rule> rules, String type) {
        int code = EventTypes.code(type);
        PartialEvent constants = SyscallKind.of(type).constantFields(type);
        Map<Rule, Formula> conditions = new LinkedHashMap<>();
        for (Rule rule : rules) {
            if (rule.eventTypes().contains(code)) {
                conditions.put(rule, Formula.of(rule.condition(), check -> evaluate(constants, check)));
            }
        }
        return conditions;
    }

    private static Tristate evaluate(PartialEvent constants, CheckedExpr check) {
        return isNeverTrue(check) ? Tristate.FALSE : constants.evaluate(check);
    }

    /** Event numbers start at 1. Rules use {@code evt.num = 0} as a condition that never holds. */
    private static boolean isNeverTrue(CheckedExpr check) {
        return check instanceof CheckedExpr.Compare(ValueSource source, Operator operator, Constant constant)
                && source instanceof ValueSource.FieldValue field
                && field.ref().field() == Field.EVT_NUM
                && operator == Operator.EQUAL
                && constant instanceof Constant.Numeric(long value)
                && value == 0;
    }

    private EventTypePrefilter compile(String type, Map<Rule, Formula> conditions) {
        EventShape shape = EventShape.of(type);
        List<Disjunct> disjuncts = List.of();
        List<Disjunct> mergeable = List.of();
        for (int limit : MAX_DISJUNCTS_PER_RULE) {
            disjuncts = disjuncts(shape, conditions, limit);
            if (disjuncts.size() <= Long.SIZE) {
                return new EventTypePrefilter(type, shape, disjuncts, evaluator);
            }
            mergeable = mergeable.isEmpty() && disjuncts.size() <= MAX_MERGED ? disjuncts : mergeable;
        }
        List<Disjunct> merged = new DisjunctMerger(shape, evaluator).merge(mergeable.isEmpty() ? disjuncts : mergeable);
        return new EventTypePrefilter(type, shape, merged, evaluator);
    }

    private List<Disjunct> disjuncts(EventShape shape, Map<Rule, Formula> conditions, int limit) {
        DisjunctSplitter splitter = new DisjunctSplitter(limit, check -> evaluator.attributes(shape, check));
        List<Disjunct> disjuncts = new ArrayList<>();
        conditions.forEach((rule, condition) -> {
            for (Formula formula : splitter.split(condition)) {
                disjuncts.add(new Disjunct(
                        List.of(rule), formula, formula.attributes(check -> evaluator.attributes(shape, check))));
            }
        });
        return disjuncts;
    }
}
