package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.check.Constant;
import io.tiercel.rules.check.Source;
import io.tiercel.rules.condition.Operator;
import io.tiercel.rules.engine.Rule;
import io.tiercel.rules.engine.RuleEngine;
import io.tiercel.rules.event.EventTypes;
import io.tiercel.rules.field.Field;
import io.tiercel.sensor.bpf.PrefilterTables;
import io.tiercel.sensor.bpf.Syscalls;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The first pass of a rule set: for each event type the clauses of which an event must fulfil one to match a rule, and what
 * the kernel can see of them.
 *
 * <p>It can only let too much through: a clause is ruled out by a value of an attribute if the clause is false whatever
 * everything else is, in the three-valued logic in which all else is unknown. It holds for what the state knows where no
 * record is lost.
 */
public final class Prefilter {
    /** Clauses of one rule and event type; those of a type beyond 64 are merged, rule by rule. */
    private static final List<Integer> CLAUSES_OF_RULE = List.of(12, 6, 3, 1);

    private final SortedMap<String, EventTypePrefilter> types = new TreeMap<>();
    private final @Nullable EventTypePrefilter[] byCode = new EventTypePrefilter[EventTypes.count()];
    private final AttributeEvaluator knowledge;

    private Prefilter(List<Rule> rules) {
        Map<String, Map<Rule, Formula>> conditions = new TreeMap<>();
        Set<CheckedExpr> checks = Collections.newSetFromMap(new IdentityHashMap<>());
        for (String type : Syscalls.names()) {
            if (!SyscallKind.leftAlone(type)) {
                Map<Rule, Formula> ofType = conditions(rules, type);
                ofType.values().forEach(part -> part.checks(checks::add));
                conditions.put(type, ofType);
            }
        }
        knowledge = new AttributeEvaluator(checks);
        conditions.forEach((type, ofType) -> {
            if (!ofType.isEmpty()) {
                EventTypePrefilter pass = pass(type, ofType);
                types.put(type, pass);
                byCode[EventTypes.code(type)] = pass;
            }
        });
    }

    /** The first pass of the rules that may fire. */
    public static Prefilter of(RuleEngine engine) {
        return new Prefilter(engine.firing());
    }

    /** The first pass of one rule alone. */
    public static Prefilter of(Rule rule) {
        return new Prefilter(List.of(rule));
    }

    /** What is done about each event type for which a rule may fire, by name. */
    public List<EventTypeSummary> described() {
        return types.values().stream()
                .filter(pass -> !pass.clauses().isEmpty())
                .map(this::described)
                .toList();
    }

    private EventTypeSummary described(EventTypePrefilter pass) {
        long restricted = pass.restricted();
        List<EventTypeSummary.DisjunctSummary> clauses = new ArrayList<>();
        for (int i = 0; i < pass.clauses().size(); i++) {
            Disjunct clause = pass.clauses().get(i);
            SortedSet<NotPushedDown> unpushed = new TreeSet<>();
            clause.condition().checks(check -> {
                if (knowledge.attributes(pass.shape(), check).isEmpty()) {
                    unpushed.add(NotPushedDown.of(check));
                }
            });
            clauses.add(new EventTypeSummary.DisjunctSummary(
                    clause.rules().stream().map(Rule::name).distinct().toList(),
                    clause.attributes().stream().map(Attribute::text).toList(),
                    unpushed,
                    (restricted >>> i & 1) == 0));
        }
        return new EventTypeSummary(pass.type(), !pass.open(), clauses);
    }

    /** What the kernel needs to know. */
    public PrefilterTables tables() {
        return new PrefilterEncoder(knowledge, looked()).tables();
    }

    /** Whether a rule may match an event of a type of which these clauses are left. */
    public boolean allows(int type, long clauses, Rule rule) {
        EventTypePrefilter pass = byCode[type];
        if (pass == null) {
            return true;
        }
        for (int i = 0; i < pass.clauses().size(); i++) {
            if ((clauses >>> i & 1) != 0
                    && pass.clauses().get(i).rules().stream().anyMatch(one -> one == rule)) {
                return true;
            }
        }
        return false;
    }

    SortedMap<String, EventTypePrefilter> types() {
        return Collections.unmodifiableSortedMap(types);
    }

    AttributeEvaluator knowledge() {
        return knowledge;
    }

    /** The types of which the kernel drops events. */
    private List<EventTypePrefilter> looked() {
        return types.values().stream().filter(pass -> !pass.open()).toList();
    }

    private static Map<Rule, Formula> conditions(List<Rule> rules, String type) {
        int code = EventTypes.code(type);
        PartialEvent constants = SyscallKind.of(type).constants(type);
        Map<Rule, Formula> conditions = new LinkedHashMap<>();
        for (Rule rule : rules) {
            if (rule.eventTypes().contains(code)) {
                conditions.put(rule, Formula.of(rule.condition(), check -> known(constants, check)));
            }
        }
        return conditions;
    }

    private static Tristate known(PartialEvent constants, CheckedExpr check) {
        return isNever(check) ? Tristate.NO : constants.of(check);
    }

    /** Events are numbered from 1: rules write {@code evt.num = 0} for never. */
    private static boolean isNever(CheckedExpr check) {
        return check instanceof CheckedExpr.Compare(Source source, Operator operator, Constant constant)
                && source instanceof Source.FieldValue field
                && field.ref().field() == Field.EVT_NUM
                && operator == Operator.EQUAL
                && constant instanceof Constant.Number(long value)
                && value == 0;
    }

    private EventTypePrefilter pass(String type, Map<Rule, Formula> conditions) {
        SyscallKind shape = SyscallKind.of(type);
        List<Disjunct> clauses = List.of();
        for (int limit : CLAUSES_OF_RULE) {
            clauses = clauses(shape, conditions, limit);
            if (clauses.size() <= Long.SIZE) {
                break;
            }
        }
        if (clauses.size() > Long.SIZE) {
            clauses = merged(clauses);
        }
        return new EventTypePrefilter(type, shape, clauses, knowledge);
    }

    private List<Disjunct> clauses(SyscallKind shape, Map<Rule, Formula> conditions, int limit) {
        DisjunctSplitter splitting = new DisjunctSplitter(limit, check -> knowledge.attributes(shape, check));
        List<Disjunct> clauses = new ArrayList<>();
        conditions.forEach((rule, condition) -> {
            for (Formula part : splitting.split(condition)) {
                clauses.add(new Disjunct(
                        List.of(rule), part, part.attributes(check -> knowledge.attributes(shape, check))));
            }
        });
        return clauses;
    }

    /** Several clauses for each bit. */
    private static List<Disjunct> merged(List<Disjunct> clauses) {
        List<Disjunct> merged = new ArrayList<>();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            List<Rule> rules = new ArrayList<>();
            List<Formula> parts = new ArrayList<>();
            Set<Attribute> attributes = new TreeSet<>();
            for (int i = bit; i < clauses.size(); i += Long.SIZE) {
                rules.addAll(clauses.get(i).rules());
                parts.add(clauses.get(i).condition());
                attributes.addAll(clauses.get(i).attributes());
            }
            merged.add(new Disjunct(List.copyOf(rules), new Formula.Any(List.copyOf(parts)), attributes));
        }
        return merged;
    }
}
