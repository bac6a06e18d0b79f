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
final class AttributeEvaluator {
    /** Value of {@link Attribute#HOME} of a process in a container; 0 is the host. */
    static final int CONTAINER = 1;

    private static final long MAX_USER = 0xffff_fffeL;
    private static final long MAX_PORT = 0xffff;

    private final ReturnValueClasses results;
    private final ProgramNameClasses programs;
    private final NumberClasses users;
    private final NumberClasses ports;
    private final AddressClasses addresses;
    private final NamePatternTable beginnings;
    private final NamePatternTable endings;
    private final Map<SyscallKind, Map<CheckedExpr, Map<Attribute, Tristate[]>>> known =
            new EnumMap<>(SyscallKind.class);

    /** What there is to know about these checks. */
    AttributeEvaluator(Set<CheckedExpr> checks) {
        results = new ReturnValueClasses(checks);
        programs = new ProgramNameClasses(checks);
        users = new NumberClasses(checks, Field.USER_UID, MAX_USER, USER_CLASSES - 1);
        ports = new NumberClasses(checks, Field.FD_SPORT, MAX_PORT, PORT_CLASSES - 1);
        addresses = new AddressClasses(checks);
        beginnings = NamePatternTable.of(checks, PathPatterns::beginnings);
        endings = NamePatternTable.of(checks, PathPatterns::endings);
    }

    ReturnValueClasses results() {
        return results;
    }

    ProgramNameClasses programs() {
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

    NamePatternTable beginnings() {
        return beginnings;
    }

    NamePatternTable endings() {
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
    Tristate of(Attribute attribute, SyscallKind shape, int value, CheckedExpr check) {
        Tristate @Nullable [] truths = known(shape, check).get(attribute);
        return truths == null ? Tristate.MAYBE : truths[value];
    }

    /** The attributes that say something about a check. */
    Set<Attribute> attributes(SyscallKind shape, CheckedExpr check) {
        return known(shape, check).keySet();
    }

    private Map<Attribute, Tristate[]> known(SyscallKind shape, CheckedExpr check) {
        return known.computeIfAbsent(shape, s -> new IdentityHashMap<>()).computeIfAbsent(check, c -> find(shape, c));
    }

    private Map<Attribute, Tristate[]> find(SyscallKind shape, CheckedExpr check) {
        Map<Attribute, Tristate[]> found = new EnumMap<>(Attribute.class);
        for (Attribute attribute : attributes(check)) {
            Tristate[] truths = new Tristate[values(attribute)];
            boolean some = false;
            for (int value = 0; value < truths.length; value++) {
                truths[value] = find(attribute, shape, value, check);
                some |= truths[value] != Tristate.MAYBE;
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
        CheckConstants.fields(check).forEach(field -> attributes.addAll(attributes(field)));
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
            default -> ContainerMembership.knows(field) ? EnumSet.of(Attribute.HOME) : EnumSet.noneOf(Attribute.class);
        };
    }

    private Tristate find(Attribute attribute, SyscallKind shape, int value, CheckedExpr check) {
        return switch (attribute) {
            case RESULT -> results.of(value, shape, check);
            case PROGRAM -> programs.of(value, check);
            case USER -> users.of(value, check);
            case HOME ->
                value == CONTAINER ? ContainerMembership.inContainer(check) : ContainerMembership.onHost(check);
            case FLAGS -> shape.opens() ? OpenFlagClasses.of(value, shape, check) : Tristate.MAYBE;
            case CLIMBS -> shape.opens() && value == 0 && PathPatterns.climbs(check) ? Tristate.NO : Tristate.MAYBE;
            case PATH -> shape.opens() ? beginnings.of(value, check) : Tristate.MAYBE;
            case ENDING -> shape.opens() ? endings.of(value, check) : Tristate.MAYBE;
            case SOCKET -> shape == SyscallKind.CALL ? SocketAttributes.ofKind(value, check) : Tristate.MAYBE;
            case TRANSPORT -> shape == SyscallKind.CALL ? SocketAttributes.ofTransport(value, check) : Tristate.MAYBE;
            case PORT -> shape == SyscallKind.CALL ? ports.of(value, check) : Tristate.MAYBE;
            case NETWORK -> shape == SyscallKind.CALL ? addresses.ofServer(value, check) : Tristate.MAYBE;
            case PASSED -> shape == SyscallKind.CALL ? addresses.ofPassed(value, check) : Tristate.MAYBE;
        };
    }
}
