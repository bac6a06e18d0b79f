package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.capture.RecordLayout.FLAG_CLASSES;

import io.tiercel.rules.check.CheckedExpr;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** What each value of each attribute says about the checks of a rule set; worked out once for each. */
final class Knowledge {
    /** Value of {@link Attribute#HOME} of a process in a container; 0 is the host. */
    static final int CONTAINER = 1;

    private record Key(Attribute attribute, Shape shape, int value) {}

    private final Results results;
    private final Programs programs;
    private final UsersTold users;
    private final NameTable beginnings;
    private final NameTable endings;
    private final Map<Key, Map<CheckedExpr, Truth>> known = new HashMap<>();
    private final Map<Shape, Map<CheckedExpr, Set<Attribute>>> attributes = new HashMap<>();

    /** What there is to know about these checks. */
    Knowledge(Set<CheckedExpr> checks) {
        results = new Results(checks);
        programs = new Programs(checks);
        users = new UsersTold(checks);
        beginnings = NameTable.of(checks, PathChecks::beginnings);
        endings = NameTable.of(checks, PathChecks::endings);
    }

    Results results() {
        return results;
    }

    Programs programs() {
        return programs;
    }

    UsersTold users() {
        return users;
    }

    NameTable beginnings() {
        return beginnings;
    }

    NameTable endings() {
        return endings;
    }

    /** How many values an attribute has, from 0. */
    int values(Attribute attribute) {
        return switch (attribute) {
            case RESULT -> results.classes();
            case FLAGS -> FLAG_CLASSES;
            case PROGRAM -> programs.count();
            case USER -> users.users().size() + 1;
            case HOME, CLIMBS -> 2;
            case PATH -> beginnings.outcomes();
            case ENDING -> endings.outcomes();
        };
    }

    /** Whether a check holds for events of a shape of which an attribute has a value. */
    Truth of(Attribute attribute, Shape shape, int value, CheckedExpr check) {
        Map<CheckedExpr, Truth> truths =
                known.computeIfAbsent(new Key(attribute, shape, value), key -> new IdentityHashMap<>());
        Truth truth = truths.get(check);
        if (truth == null) {
            truth = find(attribute, shape, value, check);
            truths.put(check, truth);
        }
        return truth;
    }

    /** The attributes that say something about a check. */
    Set<Attribute> attributes(Shape shape, CheckedExpr check) {
        return attributes
                .computeIfAbsent(shape, s -> new IdentityHashMap<>())
                .computeIfAbsent(check, c -> find(shape, c));
    }

    private Set<Attribute> find(Shape shape, CheckedExpr check) {
        Set<Attribute> found = EnumSet.noneOf(Attribute.class);
        for (Attribute attribute : Attribute.values()) {
            for (int value = 0; value < values(attribute); value++) {
                if (of(attribute, shape, value, check) != Truth.MAYBE) {
                    found.add(attribute);
                    break;
                }
            }
        }
        return found;
    }

    private Truth find(Attribute attribute, Shape shape, int value, CheckedExpr check) {
        return switch (attribute) {
            case RESULT -> results.of(value, shape, check);
            case PROGRAM -> programs.of(value, check);
            case USER -> users.of(value, check);
            case HOME -> value == CONTAINER ? Home.inContainer(check) : Home.onHost(check);
            case FLAGS -> shape.opens() ? OpenFlags.of(value, shape, check) : Truth.MAYBE;
            case CLIMBS -> shape.opens() && value == 0 && PathChecks.climbs(check) ? Truth.NO : Truth.MAYBE;
            case PATH -> shape.opens() ? beginnings.of(value, check) : Truth.MAYBE;
            case ENDING -> shape.opens() ? endings.of(value, check) : Truth.MAYBE;
        };
    }
}
