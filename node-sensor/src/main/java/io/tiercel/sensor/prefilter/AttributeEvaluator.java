package io.tiercel.sensor.prefilter;

import static io.tiercel.sensor.bpf.record.RecordLayout.ADDRESS_UNKNOWN;
import static io.tiercel.sensor.bpf.record.RecordLayout.FLAG_CLASSES;
import static io.tiercel.sensor.bpf.record.RecordLayout.MODE_CLASSES;
import static io.tiercel.sensor.bpf.record.RecordLayout.PORT_CLASSES;
import static io.tiercel.sensor.bpf.record.RecordLayout.SOCKET_KINDS;
import static io.tiercel.sensor.bpf.record.RecordLayout.TRANSPORTS;
import static io.tiercel.sensor.bpf.record.RecordLayout.USER_CLASSES;

import io.tiercel.rules.check.CheckedExpr;
import io.tiercel.rules.field.Field;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the checks of a rule set for each value of each attribute. Results are cached by the shape of the event type and check.
 */
final class AttributeEvaluator {
    /** Value of {@link Attribute#CONTAINER} for a process in a container. The value 0 means the host. */
    static final int IN_CONTAINER = 1;

    private static final long MAX_USER = 0xffff_fffeL;
    private static final long MAX_PORT = 0xffff;

    private final ReturnValueClasses returnValues;
    private final ProgramNameClasses programNames;
    private final NumberClasses users;
    private final NumberClasses ports;
    private final AddressClasses addresses;
    private final NamePatternTable pathPrefixes;
    private final NamePatternTable pathSuffixes;
    private final SubstringTable substrings;
    private final Map<EventShape, Map<CheckedExpr, Map<Attribute, Tristate[]>>> cache = new HashMap<>();

    /** Derives the value classes of all attributes from the constants in these checks. */
    AttributeEvaluator(Set<CheckedExpr> checks) {
        returnValues = new ReturnValueClasses(checks);
        programNames = new ProgramNameClasses(checks);
        users = new NumberClasses(checks, Field.USER_UID, MAX_USER, USER_CLASSES - 1);
        ports = new NumberClasses(checks, Field.FD_SPORT, MAX_PORT, PORT_CLASSES - 1);
        addresses = new AddressClasses(checks);
        pathPrefixes = NamePatternTable.of(checks, PathPatterns::prefixes);
        pathSuffixes = NamePatternTable.of(checks, PathPatterns::suffixes);
        substrings = SubstringTable.of(checks);
    }

    ReturnValueClasses returnValues() {
        return returnValues;
    }

    ProgramNameClasses programNames() {
        return programNames;
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

    NamePatternTable pathPrefixes() {
        return pathPrefixes;
    }

    NamePatternTable pathSuffixes() {
        return pathSuffixes;
    }

    SubstringTable substrings() {
        return substrings;
    }

    /** Returns the number of values of an attribute. Values start at 0. */
    int valueCount(Attribute attribute) {
        return switch (attribute) {
            case RETURN_VALUE -> returnValues.count();
            case OPEN_FLAGS -> FLAG_CLASSES;
            case FILE_MODE -> MODE_CLASSES;
            case PROGRAM_NAME -> programNames.count();
            case USER_ID -> users.numbers().size() + 1;
            case CONTAINER, PARENT_TRAVERSAL -> 2;
            case PATH_PREFIX, SECOND_PATH_PREFIX -> pathPrefixes.outcomeCount();
            case PATH_SUFFIX, SECOND_PATH_SUFFIX -> pathSuffixes.outcomeCount();
            case PATH_SUBSTRING, SECOND_PATH_SUBSTRING -> substrings.valueCount();
            case SOCKET_FAMILY -> SOCKET_KINDS;
            case TRANSPORT -> TRANSPORTS;
            case SERVER_PORT -> ports.numbers().size() + 1;
            case SERVER_ADDRESS -> addresses.blocks().size() + 1;
            case ADDRESS_ARGUMENT -> ADDRESS_UNKNOWN;
        };
    }

    /** Evaluates a check for events of a shape whose attribute has the given value. */
    Tristate evaluate(Attribute attribute, EventShape shape, int value, CheckedExpr check) {
        Tristate @Nullable [] results = resultsOf(shape, check).get(attribute);
        return results == null ? Tristate.UNKNOWN : results[value];
    }

    /** Returns the attributes that can decide a check. */
    Set<Attribute> attributes(EventShape shape, CheckedExpr check) {
        return resultsOf(shape, check).keySet();
    }

    private Map<Attribute, Tristate[]> resultsOf(EventShape shape, CheckedExpr check) {
        return cache.computeIfAbsent(shape, s -> new IdentityHashMap<>())
                .computeIfAbsent(check, c -> computeResults(shape, c));
    }

    private Map<Attribute, Tristate[]> computeResults(EventShape shape, CheckedExpr check) {
        Map<Attribute, Tristate[]> found = new EnumMap<>(Attribute.class);
        for (Attribute attribute : attributes(check)) {
            Tristate[] results = new Tristate[valueCount(attribute)];
            boolean informative = false;
            for (int value = 0; value < results.length; value++) {
                results[value] = computeResult(attribute, shape, value, check);
                informative |= results[value] != Tristate.UNKNOWN;
            }
            if (informative) {
                found.put(attribute, results);
            }
        }
        return found;
    }

    /** Returns the candidate attributes of a check, based on its fields alone. */
    private static Set<Attribute> attributes(CheckedExpr check) {
        Set<Attribute> attributes = EnumSet.noneOf(Attribute.class);
        CheckConstants.fields(check).forEach(field -> attributes.addAll(attributes(field)));
        return attributes;
    }

    private static Set<Attribute> attributes(Field field) {
        return switch (field) {
            case EVT_RES, EVT_RAWRES, EVT_FAILED, FD_NUM -> EnumSet.of(Attribute.RETURN_VALUE);
            case EVT_IS_OPEN_READ, EVT_IS_OPEN_WRITE, EVT_IS_OPEN_EXEC, EVT_IS_OPEN_CREATE ->
                EnumSet.of(Attribute.OPEN_FLAGS);
            case EVT_ARG -> {
                Set<Attribute> attributes =
                        EnumSet.of(Attribute.OPEN_FLAGS, Attribute.FILE_MODE, Attribute.ADDRESS_ARGUMENT);
                attributes.addAll(EventTypePrefilter.TEXTS);
                yield attributes;
            }
            case FS_PATH_NAME, FS_PATH_NAMERAW -> EnumSet.copyOf(EventTypePrefilter.FIRST_TEXT);
            case FS_PATH_SOURCE, FS_PATH_SOURCERAW, FS_PATH_TARGET, FS_PATH_TARGETRAW -> EventTypePrefilter.TEXTS;
            case FD_TYPECHAR, FD_TYPE -> EnumSet.of(Attribute.OPEN_FLAGS, Attribute.SOCKET_FAMILY);
            case FD_SOCKFAMILY -> EnumSet.of(Attribute.SOCKET_FAMILY);
            case FD_L4PROTO -> EnumSet.of(Attribute.SOCKET_FAMILY, Attribute.TRANSPORT);
            case FD_SPORT -> EnumSet.of(Attribute.SOCKET_FAMILY, Attribute.SERVER_PORT);
            case FD_SIP, FD_SNET -> EnumSet.of(Attribute.SOCKET_FAMILY, Attribute.SERVER_ADDRESS);
            case PROC_NAME -> EnumSet.of(Attribute.PROGRAM_NAME);
            case USER_UID -> EnumSet.of(Attribute.USER_ID);
            case FD_NAMERAW -> EnumSet.of(Attribute.PARENT_TRAVERSAL);
            case FD_NAME -> EnumSet.of(Attribute.PATH_PREFIX, Attribute.PATH_SUFFIX);
            case FD_DIRECTORY -> EnumSet.of(Attribute.PATH_PREFIX);
            case FD_FILENAME -> EnumSet.of(Attribute.PATH_SUFFIX);
            default ->
                ContainerMembership.covers(field) ? EnumSet.of(Attribute.CONTAINER) : EnumSet.noneOf(Attribute.class);
        };
    }

    private Tristate computeResult(Attribute attribute, EventShape shape, int value, CheckedExpr check) {
        SyscallKind kind = shape.kind();
        return switch (attribute) {
            case RETURN_VALUE -> returnValues.evaluate(value, kind, check);
            case PROGRAM_NAME -> programNames.evaluate(value, check);
            case USER_ID -> users.evaluate(value, check);
            case CONTAINER ->
                value == IN_CONTAINER
                        ? ContainerMembership.evaluateInContainer(check)
                        : ContainerMembership.evaluateOnHost(check);
            case OPEN_FLAGS -> kind.isOpen() ? OpenFlagClasses.evaluate(value, kind, check) : Tristate.UNKNOWN;
            case FILE_MODE -> shape.modeArgument() < 0 ? Tristate.UNKNOWN : FileModes.evaluate(value, check);
            case PARENT_TRAVERSAL ->
                kind.isOpen() && value == 0 && PathPatterns.requiresParentTraversal(check)
                        ? Tristate.FALSE
                        : Tristate.UNKNOWN;
            case PATH_PREFIX -> isAboutPath(shape, 0, check) ? pathPrefixes.evaluate(value, check) : Tristate.UNKNOWN;
            case PATH_SUFFIX -> isAboutPath(shape, 0, check) ? pathSuffixes.evaluate(value, check) : Tristate.UNKNOWN;
            case PATH_SUBSTRING ->
                shape.texts().isAbout(check, 0) ? substrings.evaluate(value, check) : Tristate.UNKNOWN;
            case SECOND_PATH_PREFIX ->
                isAboutPath(shape, 1, check) ? pathPrefixes.evaluate(value, check) : Tristate.UNKNOWN;
            case SECOND_PATH_SUFFIX ->
                isAboutPath(shape, 1, check) ? pathSuffixes.evaluate(value, check) : Tristate.UNKNOWN;
            case SECOND_PATH_SUBSTRING ->
                shape.texts().isAbout(check, 1) ? substrings.evaluate(value, check) : Tristate.UNKNOWN;
            case SOCKET_FAMILY ->
                kind == SyscallKind.OTHER ? SocketAttributes.evaluateFamily(value, check) : Tristate.UNKNOWN;
            case TRANSPORT ->
                kind == SyscallKind.OTHER ? SocketAttributes.evaluateTransport(value, check) : Tristate.UNKNOWN;
            case SERVER_PORT -> kind == SyscallKind.OTHER ? ports.evaluate(value, check) : Tristate.UNKNOWN;
            case SERVER_ADDRESS ->
                kind == SyscallKind.OTHER ? addresses.evaluateServerAddress(value, check) : Tristate.UNKNOWN;
            case ADDRESS_ARGUMENT ->
                kind == SyscallKind.OTHER ? addresses.evaluateAddressArgument(value, check) : Tristate.UNKNOWN;
        };
    }

    /** Returns true if a check is about the names of an opened file, or about the text of another call. */
    private static boolean isAboutPath(EventShape shape, int index, CheckedExpr check) {
        return shape.kind().isOpen()
                ? index == 0 && PathPatterns.isAboutFd(check)
                : shape.texts().isAbout(check, index);
    }
}
