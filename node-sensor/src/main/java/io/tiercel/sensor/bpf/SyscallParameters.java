package io.tiercel.sensor.bpf;

import static io.tiercel.sensor.bpf.RecordLayout.*;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A system call whose record is its arguments and up to three texts: one line of {@code calls.txt}. */
public final class SyscallParameters {
    private static final int MAX_TEXTS = 3;
    private static final int WORD = 8;
    private static final String EXTRA = "take=";
    private static final Pattern READING = Pattern.compile("([a-zA-Z]?)(\\d)(?:([/+])(\\d+|r))?(?::(\\w+))?");

    private final Map<String, ParameterLocation> readings = new LinkedHashMap<>();
    private final List<ParameterLocation.Path> paths = new ArrayList<>();
    private final List<Taking> takings = new ArrayList<>();

    /** A text as the capture program takes it; memory that several numbers are in is taken once. */
    private record Taking(int how, int argument, int by) {}

    /** Reads the words of a line after number and name. */
    SyscallParameters(List<String> words) {
        Map<Integer, Integer> sizes = new TreeMap<>();
        for (String word : words) {
            Matcher m = READING.matcher(word.substring(word.indexOf('=') + 1));
            if (m.matches() && "+".equals(m.group(3))) {
                int size = size(m.group(1)) == 0 ? WORD : size(m.group(1));
                sizes.merge(Integer.valueOf(m.group(2)), Integer.parseInt(m.group(4)) + size, Math::max);
            }
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            ParameterLocation reading =
                    reading(word.substring(equals + 1), sizes, word.startsWith(EXTRA) ? TAKE_IF_READABLE : 0);
            if (!word.startsWith(EXTRA)) {
                readings.put(word.substring(0, equals), reading);
                if (reading instanceof ParameterLocation.Path path) {
                    paths.add(path);
                }
            }
        }
    }

    /** Whether the table says how its parameters are read; else the capture program knows the call, or it has none. */
    boolean reads() {
        return !readings.isEmpty();
    }

    /** How a parameter is read; null if it is not the call's own, as the return value {@code res}. */
    public @Nullable ParameterLocation reading(String parameter) {
        return readings.get(parameter);
    }

    /** Which text is the call's path of that place, counted from 0; -1 if it has fewer. */
    public int path(int which) {
        return which < paths.size() ? paths.get(which).text() : -1;
    }

    /** The argument with the directory that the path of that place starts from; -1 for the working directory. */
    public int directory(int which) {
        return which < paths.size() ? paths.get(which).directory() : -1;
    }

    /** The call as the capture program's table has it: the bytes of a {@code struct plain_call}. */
    byte[] encoded() {
        byte[] bytes = new byte[PLAIN_CALL_SIZE];
        bytes[PLAIN_CALL_PLAIN] = 1;
        for (int i = 0; i < takings.size(); i++) {
            bytes[PLAIN_CALL_TAKE + i] = (byte) takings.get(i).how;
            bytes[PLAIN_CALL_ARGUMENT + i] = (byte) takings.get(i).argument;
            bytes[PLAIN_CALL_BY + i] = (byte) takings.get(i).by;
        }
        return bytes;
    }

    private ParameterLocation reading(String word, Map<Integer, Integer> sizes, int when) {
        switch (word) {
            case "-":
                return new ParameterLocation.Nothing();
            case "x":
                return new ParameterLocation.Computed();
            case "r":
                return new ParameterLocation.Result();
            case "ci", "cp", "ce":
                return new ParameterLocation.Capabilities(
                        ParameterLocation.Capabilities.Set.values()["ipe".indexOf(word.charAt(1))]);
            default:
        }
        Matcher m = READING.matcher(word);
        if (!m.matches()) {
            throw new IllegalArgumentException("calls.txt: no reading is written " + word);
        }
        String how = m.group(1);
        int argument = Integer.parseInt(m.group(2));
        String by = m.group(4);
        boolean written = !how.isEmpty() && Character.isUpperCase(how.charAt(0));
        return switch (how) {
            case "" -> new ParameterLocation.Argument(argument, m.group(5));
            case "t", "T" -> new ParameterLocation.Text(taken(when | TAKE_TEXT, argument, 0), written);
            case "p" ->
                new ParameterLocation.Path(
                        taken(when | TAKE_PATH, argument, by == null ? BY_CWD : Integer.parseInt(by)),
                        by == null ? -1 : Integer.parseInt(by));
            case "b" ->
                new ParameterLocation.Text(
                        taken(when | TAKE_BYTES, argument, "r".equals(by) ? BY_RESULT : Integer.parseInt(by)), false);
            case "s" -> new ParameterLocation.Text(taken(when | TAKE_SOME, argument, Integer.parseInt(by)), false);
            case "i" -> new ParameterLocation.Time(taken(when | TAKE_SOME, argument, 2 * WORD));
            default ->
                new ParameterLocation.Memory(
                        taken(when | TAKE_SOME, argument, sizes.getOrDefault(argument, 0)),
                        Integer.parseInt(by),
                        size(how),
                        written,
                        m.group(5));
        };
    }

    private int taken(int how, int argument, int by) {
        Taking taking = new Taking(how, argument, by);
        int known = takings.indexOf(taking);
        if (known >= 0) {
            return known;
        }
        if (takings.size() == MAX_TEXTS) {
            throw new IllegalArgumentException("calls.txt: a call takes more than " + MAX_TEXTS + " texts");
        }
        takings.add(taking);
        return takings.size() - 1;
    }

    private static int size(String letter) {
        return switch (letter) {
            case "q", "Q" -> 8;
            case "d", "D" -> 4;
            case "h", "H" -> 2;
            default -> 0;
        };
    }
}
