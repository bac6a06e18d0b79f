package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.RecordLayout.ADDRESS_UNKNOWN;
import static io.tiercel.sensor.bpf.RecordLayout.FLAG_CLASSES;
import static io.tiercel.sensor.bpf.RecordLayout.PORT_CLASSES;
import static io.tiercel.sensor.bpf.RecordLayout.SOCKET_KINDS;
import static io.tiercel.sensor.bpf.RecordLayout.TRANSPORTS;
import static io.tiercel.sensor.bpf.RecordLayout.USER_CLASSES;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.field.Field;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What each value of each attribute says about the checks of a rule set; worked out once for each. */
final class Knowledge {
    /** Value of {@link Attribute#HOME} of a process in a container; 0 is the host. */
    static final int CONTAINER = 1;

    private static final long MAX_USER = 0xffff_fffeL;
    private static final long MAX_PORT = 0xffff;

    private final Results results;
    private final Programs programs;
    private final NumberClasses users;
    private final NumberClasses ports;
    private final AddressClasses addresses;
    private final NameTable beginnings;
    private final NameTable endings;
    private final Map<Shape, Map<CheckedExpr, Map<Attribute, Truth[]>>> known = new EnumMap<>(Shape.class);

    /** What there is to know about these checks. */
    Knowledge(Set<CheckedExpr> checks) {
        results = new Results(checks);
        programs = new Programs(checks);
        users = new NumberClasses(checks, Field.USER_UID, MAX_USER, USER_CLASSES - 1);
        ports = new NumberClasses(checks, Field.FD_SPORT, MAX_PORT, PORT_CLASSES - 1);
        addresses = new AddressClasses(checks);
        beginnings = NameTable.of(checks, PathChecks::beginnings);
        endings = NameTable.of(checks, PathChecks::endings);
    }

    Results results() {
        return results;
    }

    Programs programs() {
        return programs;
    }

    NumberClasses users() {
        return users;
    }

    NumberClasses ports() {
        return ports;
    }

    AddressClasses addresses() {
        return addresses;
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
            case USER -> users.numbers().size() + 1;
            case HOME, CLIMBS -> 2;
            case PATH -> beginnings.outcomes();
            case ENDING -> endings.outcomes();
            case SOCKET -> SOCKET_KINDS;
            case TRANSPORT -> TRANSPORTS;
            case PORT -> ports.numbers().size() + 1;
            case NETWORK -> addresses.blocks().size() + 1;
            case PASSED -> ADDRESS_UNKNOWN;
        };
    }

    /** Whether a check holds for events of a shape of which an attribute has a value. */
    Truth of(Attribute attribute, Shape shape, int value, CheckedExpr check) {
        Truth @Nullable [] truths = known(shape, check).get(attribute);
        return truths == null ? Truth.MAYBE : truths[value];
    }

    /** The attributes that say something about a check. */
    Set<Attribute> attributes(Shape shape, CheckedExpr check) {
        return known(shape, check).keySet();
    }

    private Map<Attribute, Truth[]> known(Shape shape, CheckedExpr check) {
        return known.computeIfAbsent(shape, s -> new IdentityHashMap<>()).computeIfAbsent(check, c -> find(shape, c));
    }

    private Map<Attribute, Truth[]> find(Shape shape, CheckedExpr check) {
        Map<Attribute, Truth[]> found = new EnumMap<>(Attribute.class);
        for (Attribute attribute : attributes(check)) {
            Truth[] truths = new Truth[values(attribute)];
            boolean some = false;
            for (int value = 0; value < truths.length; value++) {
                truths[value] = find(attribute, shape, value, check);
                some |= truths[value] != Truth.MAYBE;
            }
            if (some) {
                found.put(attribute, truths);
            }
        }
        return found;
    }

    /** The attributes that may say something, by the fields that the check is about. */
    private static Set<Attribute> attributes(CheckedExpr check) {
        Set<Attribute> attributes = EnumSet.noneOf(Attribute.class);
        Constants.fields(check).forEach(field -> attributes.addAll(attributes(field)));
        return attributes;
    }

    private static Set<Attribute> attributes(Field field) {
        return switch (field) {
            case EVT_RES, EVT_RAWRES, EVT_FAILED, FD_NUM -> EnumSet.of(Attribute.RESULT);
            case EVT_IS_OPEN_READ, EVT_IS_OPEN_WRITE -> EnumSet.of(Attribute.FLAGS);
            case EVT_ARG -> EnumSet.of(Attribute.FLAGS, Attribute.PASSED);
            case FD_TYPECHAR, FD_TYPE -> EnumSet.of(Attribute.FLAGS, Attribute.SOCKET);
            case FD_SOCKFAMILY -> EnumSet.of(Attribute.SOCKET);
            case FD_L4PROTO -> EnumSet.of(Attribute.SOCKET, Attribute.TRANSPORT);
            case FD_SPORT -> EnumSet.of(Attribute.SOCKET, Attribute.PORT);
            case FD_SIP, FD_SNET -> EnumSet.of(Attribute.SOCKET, Attribute.NETWORK);
            case PROC_NAME -> EnumSet.of(Attribute.PROGRAM);
            case USER_UID -> EnumSet.of(Attribute.USER);
            case FD_NAMERAW -> EnumSet.of(Attribute.CLIMBS);
            case FD_NAME -> EnumSet.of(Attribute.PATH, Attribute.ENDING);
            case FD_DIRECTORY -> EnumSet.of(Attribute.PATH);
            case FD_FILENAME -> EnumSet.of(Attribute.ENDING);
            default -> Home.knows(field) ? EnumSet.of(Attribute.HOME) : EnumSet.noneOf(Attribute.class);
        };
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
            case SOCKET -> shape == Shape.CALL ? Sockets.ofKind(value, check) : Truth.MAYBE;
            case TRANSPORT -> shape == Shape.CALL ? Sockets.ofTransport(value, check) : Truth.MAYBE;
            case PORT -> shape == Shape.CALL ? ports.of(value, check) : Truth.MAYBE;
            case NETWORK -> shape == Shape.CALL ? addresses.ofServer(value, check) : Truth.MAYBE;
            case PASSED -> shape == Shape.CALL ? addresses.ofPassed(value, check) : Truth.MAYBE;
        };
    }
}
