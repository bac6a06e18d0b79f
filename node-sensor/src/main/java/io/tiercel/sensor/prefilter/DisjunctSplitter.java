package io.tiercel.sensor.prefilter;

import io.tiercel.rules.check.CheckedExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Splits a condition into clauses of which one must hold: so that what the kernel finds out of two alternatives is not
 * mixed. An alternative whose sides are about the same attribute is left together, since a table can say "either".
 */
final class DisjunctSplitter {
    private final int limit;
    private final Function<CheckedExpr, Set<Attribute>> attributes;

    /** At most so many clauses of one condition: what would be more stays together. */
    DisjunctSplitter(int limit, Function<CheckedExpr, Set<Attribute>> attributes) {
        this.limit = limit;
        this.attributes = attributes;
    }

    /** None if the condition never holds. */
    List<Formula> split(Formula part) {
        return switch (part) {
            case Formula.Check _ -> List.of(part);
            case Formula.Any(List<Formula> parts) -> {
                if (!parts.isEmpty() && part.attributes(attributes).size() <= 1) {
                    yield List.of(part);
                }
                List<Formula> clauses =
                        parts.stream().flatMap(one -> split(one).stream()).toList();
                yield clauses.size() > limit ? List.of(part) : clauses;
            }
            case Formula.All(List<Formula> parts) -> {
                List<Formula> clauses = List.of(Formula.ALWAYS);
                for (Formula one : parts) {
                    clauses = and(clauses, one);
                }
                yield clauses;
            }
        };
    }

    private List<Formula> and(List<Formula> clauses, Formula part) {
        List<Formula> alternatives = split(part);
        if (clauses.size() * alternatives.size() > limit) {
            alternatives = List.of(part);
        }
        List<Formula> product = new ArrayList<>();
        for (Formula clause : clauses) {
            for (Formula alternative : alternatives) {
                product.add(and(clause, alternative));
            }
        }
        return product;
    }

    private static Formula and(Formula one, Formula other) {
        List<Formula> parts = new ArrayList<>(one instanceof Formula.All(List<Formula> inner) ? inner : List.of(one));
        parts.addAll(other instanceof Formula.All(List<Formula> inner) ? inner : List.of(other));
        return parts.size() == 1 ? parts.getFirst() : new Formula.All(List.copyOf(parts));
    }
}
