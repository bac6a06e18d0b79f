package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.FLAG_CREATE;
import static io.tiercel.sensor.bpf.record.RecordLayout.FLAG_FAILED;
import static io.tiercel.sensor.bpf.record.RecordLayout.RESULT_AT_LEAST_3;
import static io.tiercel.sensor.bpf.record.RecordLayout.RESULT_FAILED;
import static io.tiercel.sensor.bpf.record.RecordLayout.SOCKET_IPV4;
import static io.tiercel.sensor.bpf.record.RecordLayout.SOCKET_IPV6;
import static io.tiercel.sensor.bpf.record.RecordLayout.SOCKET_UNIX;
import static io.tiercel.sensor.bpf.record.RecordLayout.TRANSPORT_TCP;
import static io.tiercel.sensor.bpf.record.RecordLayout.TRANSPORT_UDP;

import io.tiercel.rules.engine.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Merges disjuncts if there are more than bits. An attribute value excludes a merged disjunct only if it excludes each part. So
 * the merger puts disjuncts together that the same common values exclude.
 */
final class DisjunctMerger {
    private static final int WRITE_ONLY = 1;

    /** Common values: of an ordinary program, file or socket that no rule names. */
    private static final List<CommonValue> COMMON = List.of(
            new CommonValue(Attribute.RETURN_VALUE, RESULT_AT_LEAST_3),
            new CommonValue(Attribute.RETURN_VALUE, RESULT_FAILED),
            new CommonValue(Attribute.OPEN_FLAGS, 0),
            new CommonValue(Attribute.OPEN_FLAGS, FLAG_FAILED),
            new CommonValue(Attribute.OPEN_FLAGS, WRITE_ONLY | FLAG_CREATE),
            new CommonValue(Attribute.FILE_MODE, 0),
            new CommonValue(Attribute.PROGRAM_NAME, 0),
            new CommonValue(Attribute.USER_ID, 0),
            new CommonValue(Attribute.CONTAINER, 0),
            new CommonValue(Attribute.CONTAINER, AttributeEvaluator.IN_CONTAINER),
            new CommonValue(Attribute.PARENT_TRAVERSAL, 0),
            new CommonValue(Attribute.PATH_PREFIX, 0),
            new CommonValue(Attribute.PATH_SUFFIX, 0),
            new CommonValue(Attribute.PATH_SUBSTRING, 0),
            new CommonValue(Attribute.SECOND_PATH_PREFIX, 0),
            new CommonValue(Attribute.SECOND_PATH_SUFFIX, 0),
            new CommonValue(Attribute.SECOND_PATH_SUBSTRING, 0),
            new CommonValue(Attribute.SOCKET_FAMILY, SOCKET_UNIX),
            new CommonValue(Attribute.SOCKET_FAMILY, SOCKET_IPV4),
            new CommonValue(Attribute.SOCKET_FAMILY, SOCKET_IPV6),
            new CommonValue(Attribute.TRANSPORT, TRANSPORT_TCP),
            new CommonValue(Attribute.TRANSPORT, TRANSPORT_UDP),
            new CommonValue(Attribute.SERVER_PORT, 0),
            new CommonValue(Attribute.SERVER_ADDRESS, 0),
            new CommonValue(Attribute.ADDRESS_ARGUMENT, 0));

    private record CommonValue(Attribute attribute, int value) {}

    private final EventShape shape;
    private final AttributeEvaluator evaluator;

    DisjunctMerger(EventShape shape, AttributeEvaluator evaluator) {
        this.shape = shape;
        this.evaluator = evaluator;
    }

    /** Returns at most as many disjuncts as a mask has bits. */
    List<Disjunct> merge(List<Disjunct> disjuncts) {
        SortedMap<Integer, List<Disjunct>> groups = new TreeMap<>();
        for (Disjunct disjunct : disjuncts) {
            groups.computeIfAbsent(excludingValues(disjunct), _ -> new ArrayList<>())
                    .add(disjunct);
        }
        while (groups.size() > Long.SIZE) {
            joinNearest(groups);
        }
        int spare = Long.SIZE - groups.size();
        List<Disjunct> merged = new ArrayList<>();
        for (List<Disjunct> group : groups.values()) {
            int parts = Math.min(group.size(), 1 + spare * group.size() / disjuncts.size());
            for (int part = 0; part < parts; part++) {
                merged.add(or(group.subList(part * group.size() / parts, (part + 1) * group.size() / parts)));
            }
        }
        return merged;
    }

    /** Returns a bit for each common value that excludes the disjunct. */
    private int excludingValues(Disjunct disjunct) {
        int excluding = 0;
        for (int i = 0; i < COMMON.size(); i++) {
            Attribute attribute = COMMON.get(i).attribute;
            int value = COMMON.get(i).value;
            boolean excludes = disjunct.attributes().contains(attribute)
                    && disjunct.condition().evaluate(check -> evaluator.evaluate(attribute, shape, value, check))
                            == Tristate.FALSE;
            excluding |= excludes ? 1 << i : 0;
        }
        return excluding;
    }

    /** Joins the two groups that differ in the fewest values. */
    private static void joinNearest(SortedMap<Integer, List<Disjunct>> groups) {
        List<Integer> all = List.copyOf(groups.keySet());
        int first = 0;
        int second = 0;
        int least = Integer.MAX_VALUE;
        for (int one : all) {
            for (int other : all) {
                int difference = Integer.bitCount(one ^ other);
                if (one < other && difference < least) {
                    least = difference;
                    first = one;
                    second = other;
                }
            }
        }
        List<Disjunct> joined = new ArrayList<>(groups.getOrDefault(first, List.of()));
        joined.addAll(groups.getOrDefault(second, List.of()));
        groups.remove(first);
        groups.remove(second);
        groups.computeIfAbsent(first & second, _ -> new ArrayList<>()).addAll(joined);
    }

    private static Disjunct or(List<Disjunct> disjuncts) {
        List<Rule> rules = new ArrayList<>();
        List<Formula> formulas = new ArrayList<>();
        TreeSet<Attribute> attributes = new TreeSet<>();
        for (Disjunct disjunct : disjuncts) {
            rules.addAll(disjunct.rules());
            formulas.add(disjunct.condition());
            attributes.addAll(disjunct.attributes());
        }
        return disjuncts.size() == 1
                ? disjuncts.getFirst()
                : new Disjunct(List.copyOf(rules), new Formula.Or(List.copyOf(formulas)), attributes);
    }
}
