package io.tiercel.functions.respond.kubernetes;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A condition on the labels of a pod, as network plugins write it. A condition that depends on anything else, such as the labels of
 * the namespace, is unknown.
 */
public sealed interface PodSelector {
    /** Returns a condition that selects every pod. */
    static PodSelector all() {
        return new And(List.of());
    }

    /** Returns a condition that selects no pod. */
    static PodSelector none() {
        return new Or(List.of());
    }

    /** The result of evaluating a condition. */
    enum Match {
        NO,
        UNKNOWN,
        YES
    }

    /** Matches if all conditions match. */
    record And(List<PodSelector> conditions) implements PodSelector {}

    /** Matches if any condition matches. */
    record Or(List<PodSelector> conditions) implements PodSelector {}

    /** Matches if the condition does not. */
    record Not(PodSelector condition) implements PodSelector {}

    /** Matches if the pod has a label. */
    record Has(String key) implements PodSelector {}

    /** Compares the value of a label. Does not match if the pod does not have the label. */
    record Comparison(String key, Operator operator, List<String> values) implements PodSelector {}

    /**
     * A condition that is not evaluated.
     *
     * @param reason why, as a message for operators
     */
    record Unknown(String reason) implements PodSelector {}

    /** How a comparison matches any of its values. */
    enum Operator {
        EQUALS,
        CONTAINS,
        STARTS_WITH,
        ENDS_WITH;

        boolean matches(String value, String operand) {
            return switch (this) {
                case EQUALS -> value.equals(operand);
                case CONTAINS -> value.contains(operand);
                case STARTS_WITH -> value.startsWith(operand);
                case ENDS_WITH -> value.endsWith(operand);
            };
        }
    }

    /** Returns whether this condition matches a pod with these labels. */
    default Match matches(Map<String, String> labels) {
        return switch (this) {
            case And and ->
                and.conditions().stream()
                        .map(condition -> condition.matches(labels))
                        .reduce(Match.YES, PodSelector::smaller);
            case Or or ->
                or.conditions().stream()
                        .map(condition -> condition.matches(labels))
                        .reduce(Match.NO, PodSelector::larger);
            case Not not ->
                switch (not.condition().matches(labels)) {
                    case NO -> Match.YES;
                    case UNKNOWN -> Match.UNKNOWN;
                    case YES -> Match.NO;
                };
            case Has has -> match(labels.containsKey(has.key()));
            case Comparison comparison -> {
                String value = labels.get(comparison.key());
                yield match(value != null
                        && comparison.values().stream()
                                .anyMatch(operand -> comparison.operator().matches(value, operand)));
            }
            case Unknown _ -> Match.UNKNOWN;
        };
    }

    private static Match match(boolean matches) {
        return matches ? Match.YES : Match.NO;
    }

    private static Match smaller(Match a, Match b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static Match larger(Match a, Match b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** Returns the keys of the labels that this condition reads. */
    default Set<String> keys() {
        Set<String> keys = new HashSet<>();
        switch (this) {
            case And and -> and.conditions().forEach(condition -> keys.addAll(condition.keys()));
            case Or or -> or.conditions().forEach(condition -> keys.addAll(condition.keys()));
            case Not not -> keys.addAll(not.condition().keys());
            case Has has -> keys.add(has.key());
            case Comparison comparison -> keys.add(comparison.key());
            case Unknown _ -> {
                // Depends on no label.
            }
        }
        return keys;
    }

    /** Returns why a part of this condition is not evaluated; empty if all of it is. */
    default String unknownReason() {
        return switch (this) {
            case And and -> firstReason(and.conditions());
            case Or or -> firstReason(or.conditions());
            case Not not -> not.condition().unknownReason();
            case Unknown unknown -> unknown.reason();
            case Has _, Comparison _ -> "";
        };
    }

    private static String firstReason(List<PodSelector> conditions) {
        return conditions.stream()
                .map(PodSelector::unknownReason)
                .filter(reason -> !reason.isEmpty())
                .findFirst()
                .orElse("");
    }
}
