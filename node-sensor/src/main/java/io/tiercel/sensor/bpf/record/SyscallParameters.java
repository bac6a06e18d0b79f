package io.tiercel.sensor.bpf.record;

import static io.tiercel.sensor.bpf.record.RecordLayout.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The event parameters of one syscall, and the texts that its record needs for them: one row of {@code syscalls.tsv}. */
public final class SyscallParameters {
    private static final int MAX_TEXTS = 3;
    private static final int WORD = 8;
    private static final String COPY = "copy";

    private static final Pattern SOURCE =
            Pattern.compile("(?<kind>\\w+?)(?:\\(arg(?<address>\\d)(?:\\+(?<offset>\\d+))?"
                    + "(?:,(?:dirfd=arg(?<dirfd>\\d)|len=arg(?<lengthArgument>\\d)|len=(?<length>\\d+|result)))?\\))?"
                    + "(?::(?<table>\\w+))?");
    private static final Pattern ARGUMENT = Pattern.compile("(?:arg|value)(\\d)");

    private final Map<String, ParameterLocation> locations = new LinkedHashMap<>();
    private final List<ParameterLocation.Path> paths = new ArrayList<>();
    private final List<TextSpec> texts = new ArrayList<>();

    /** The way in which the capture program reads a text: one element of {@code struct argument_spec}. */
    private record TextSpec(int kind, int argument, int extent) {}

    /** One {@code PARAMETER=SOURCE}. */
    private record Assignment(String parameter, Matcher source) {
        static Assignment parse(String text) {
            int equals = text.indexOf('=');
            Matcher source = SOURCE.matcher(text.substring(equals + 1));
            if (equals < 0 || !source.matches()) {
                throw new IllegalArgumentException("syscalls.tsv: invalid parameter " + text);
            }
            return new Assignment(text.substring(0, equals), source);
        }

        boolean copy() {
            return parameter.equals(COPY);
        }

        String kind() {
            return source.group("kind");
        }

        boolean isMemory() {
            return source.group("offset") != null;
        }

        int number(String group) {
            return Integer.parseInt(source.group(group));
        }
    }

    /** Parses the parameters of a row. */
    SyscallParameters(List<String> parameters) {
        List<Assignment> assignments =
                parameters.stream().map(Assignment::parse).toList();
        Map<Integer, Integer> memorySizes = memorySizes(assignments);
        for (Assignment assignment : assignments) {
            ParameterLocation location = location(assignment, memorySizes);
            if (!assignment.copy()) {
                locations.put(assignment.parameter, location);
                if (location instanceof ParameterLocation.Path path) {
                    paths.add(path);
                }
            }
        }
    }

    /** Returns true if the row has no parameters. */
    boolean isEmpty() {
        return locations.isEmpty();
    }

    /** Returns the location of a parameter, or null if the row does not have it, such as for {@code res}. */
    public @Nullable ParameterLocation location(String parameter) {
        return locations.get(parameter);
    }

    /** Returns the index of the text that holds a path, or -1 if the syscall has fewer paths. */
    public int pathText(int path) {
        return path < paths.size() ? paths.get(path).text() : -1;
    }

    /** Returns the index of the argument with the base directory of a path, or -1 for the working directory. */
    public int pathDirfd(int path) {
        return path < paths.size() ? paths.get(path).dirfd() : -1;
    }

    /** Encodes the texts as a {@code struct argument_spec}. */
    public byte[] encode() {
        byte[] bytes = new byte[ARGUMENT_SPEC_SIZE];
        bytes[ARGUMENT_SPEC_CAPTURED] = 1;
        for (int i = 0; i < texts.size(); i++) {
            bytes[ARGUMENT_SPEC_KIND + i] = (byte) texts.get(i).kind;
            bytes[ARGUMENT_SPEC_ARGUMENT + i] = (byte) texts.get(i).argument;
            bytes[ARGUMENT_SPEC_EXTENT + i] = (byte) texts.get(i).extent;
        }
        return bytes;
    }

    /** Returns by argument how many bytes are read there for numbers. Memory with several numbers is read once. */
    private static Map<Integer, Integer> memorySizes(List<Assignment> assignments) {
        Map<Integer, Integer> sizes = new TreeMap<>();
        for (Assignment assignment : assignments) {
            if (assignment.isMemory()) {
                int size = size(assignment.kind()) == 0 ? WORD : size(assignment.kind());
                sizes.merge(assignment.number("address"), assignment.number("offset") + size, Math::max);
            }
        }
        return sizes;
    }

    private ParameterLocation location(Assignment assignment, Map<Integer, Integer> memorySizes) {
        Matcher source = assignment.source;
        String table = source.group("table");
        int optional = assignment.copy() ? ARGUMENT_OPTIONAL : 0;
        Matcher argument = ARGUMENT.matcher(assignment.kind());
        if (argument.matches()) {
            return new ParameterLocation.Argument(Integer.parseInt(argument.group(1)), table);
        }
        boolean output = assignment.kind().endsWith("_out");
        return switch (assignment.kind()) {
            case "none" -> new ParameterLocation.None();
            case "computed" -> new ParameterLocation.Computed();
            case "result" -> new ParameterLocation.Result();
            case "cap_inheritable" ->
                new ParameterLocation.Capabilities(ParameterLocation.Capabilities.Set.INHERITABLE);
            case "cap_permitted" -> new ParameterLocation.Capabilities(ParameterLocation.Capabilities.Set.PERMITTED);
            case "cap_effective" -> new ParameterLocation.Capabilities(ParameterLocation.Capabilities.Set.EFFECTIVE);
            case "string", "string_out" ->
                new ParameterLocation.Text(text(optional | ARGUMENT_STRING, assignment.number("address"), 0), output);
            case "path" -> {
                int dirfd = source.group("dirfd") == null ? -1 : assignment.number("dirfd");
                int extent = dirfd < 0 ? BASE_CWD : dirfd;
                yield new ParameterLocation.Path(
                        text(optional | ARGUMENT_PATH, assignment.number("address"), extent), dirfd);
            }
            case "bytes" -> new ParameterLocation.Text(bytes(assignment, optional), false);
            case "timespec" ->
                new ParameterLocation.Time(
                        text(optional | ARGUMENT_FIXED_BYTES, assignment.number("address"), 2 * WORD));
            default -> {
                int address = assignment.number("address");
                yield new ParameterLocation.Memory(
                        text(optional | ARGUMENT_FIXED_BYTES, address, memorySizes.getOrDefault(address, 0)),
                        assignment.number("offset"),
                        size(assignment.kind()),
                        output,
                        table);
            }
        };
    }

    private int bytes(Assignment assignment, int optional) {
        int address = assignment.number("address");
        if (assignment.source.group("lengthArgument") != null) {
            return text(optional | ARGUMENT_BYTES, address, assignment.number("lengthArgument"));
        }
        return "result".equals(assignment.source.group("length"))
                ? text(optional | ARGUMENT_BYTES, address, LENGTH_RESULT)
                : text(optional | ARGUMENT_FIXED_BYTES, address, assignment.number("length"));
    }

    private int text(int kind, int argument, int extent) {
        TextSpec text = new TextSpec(kind, argument, extent);
        int known = texts.indexOf(text);
        if (known >= 0) {
            return known;
        }
        if (texts.size() == MAX_TEXTS) {
            throw new IllegalArgumentException("syscalls.tsv: a syscall has more than " + MAX_TEXTS + " texts");
        }
        texts.add(text);
        return texts.size() - 1;
    }

    /** Returns the size in bytes of a number, or 0 for a word. */
    private static int size(String kind) {
        return switch (kind) {
            case "u64", "u64_out" -> 8;
            case "u32", "u32_out" -> 4;
            case "u16", "u16_out" -> 2;
            case "word", "word_out" -> 0;
            default -> throw new IllegalArgumentException("syscalls.tsv: unknown source " + kind);
        };
    }
}
