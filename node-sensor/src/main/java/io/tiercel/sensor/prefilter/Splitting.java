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
final class Splitting {
    private final int limit;
    private final Function<CheckedExpr, Set<Attribute>> attributes;

    /** At most so many clauses of one condition: what would be more stays together. */
    Splitting(int limit, Function<CheckedExpr, Set<Attribute>> attributes) {
        this.limit = limit;
        this.attributes = attributes;
    }

    /** None if the condition never holds. */
    List<Part> split(Part part) {
        return switch (part) {
            case Part.Check _ -> List.of(part);
            case Part.Any(List<Part> parts) -> {
                if (!parts.isEmpty() && part.attributes(attributes).size() <= 1) {
                    yield List.of(part);
                }
                List<Part> clauses =
                        parts.stream().flatMap(one -> split(one).stream()).toList();
                yield clauses.size() > limit ? List.of(part) : clauses;
            }
            case Part.All(List<Part> parts) -> {
                List<Part> clauses = List.of(Part.ALWAYS);
                for (Part one : parts) {
                    clauses = and(clauses, one);
                }
                yield clauses;
            }
        };
    }

    private List<Part> and(List<Part> clauses, Part part) {
        List<Part> alternatives = split(part);
        if (clauses.size() * alternatives.size() > limit) {
            alternatives = List.of(part);
        }
        List<Part> product = new ArrayList<>();
        for (Part clause : clauses) {
            for (Part alternative : alternatives) {
                product.add(and(clause, alternative));
            }
        }
        return product;
    }

    private static Part and(Part one, Part other) {
        List<Part> parts = new ArrayList<>(one instanceof Part.All(List<Part> inner) ? inner : List.of(one));
        parts.addAll(other instanceof Part.All(List<Part> inner) ? inner : List.of(other));
        return parts.size() == 1 ? parts.getFirst() : new Part.All(List.copyOf(parts));
    }
}
