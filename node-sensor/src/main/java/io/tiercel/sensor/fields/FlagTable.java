package io.tiercel.sensor.fields;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The names of one parameter's flags or values: a line of {@code flags.txt}. */
final class FlagTable {
    private static final Map<String, FlagTable> TABLES = read();

    /** One bit, or several, or a value: in the kernel's numbers and in those that rules know. */
    private record Flag(String name, long kernel, long encoded) {}

    private final boolean bits;
    private final List<Flag> flags = new ArrayList<>();

    private FlagTable(String[] words) {
        bits = words[0].equals("bits");
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            int slash = words[i].indexOf('/');
            long kernel = Long.decode(words[i].substring(equals + 1, slash < 0 ? words[i].length() : slash));
            long encoded = slash < 0 ? kernel : Long.decode(words[i].substring(slash + 1));
            flags.add(new Flag(words[i].substring(0, equals), kernel, encoded));
        }
    }

    /** The table of that name, which must exist. */
    static FlagTable named(String name) {
        return Objects.requireNonNull(TABLES.get(name), () -> "flags.txt has no table " + name);
    }

    /** The kernel's number in the form that rules know; flags without a name are dropped, other values kept. */
    long encode(long number) {
        if (!bits) {
            return number;
        }
        long encoded = 0;
        for (Flag flag : flags) {
            if (flag.kernel != 0 && (number & flag.kernel) == flag.kernel) {
                encoded |= flag.encoded;
            }
        }
        return encoded;
    }

    /** The names, joined with bars; empty if there are none. A flag of several bits hides those that it contains. */
    String names(long encoded) {
        StringBuilder names = new StringBuilder();
        long left = encoded;
        for (Flag flag : flags) {
            boolean set = bits && encoded != 0
                    ? flag.encoded != 0 && (left & flag.encoded) == flag.encoded
                    : flag.encoded == encoded;
            if (set) {
                names.append(names.isEmpty() ? "" : "|").append(flag.name);
                left &= bits ? ~flag.encoded : -1;
            }
        }
        return names.toString();
    }

    private static Map<String, FlagTable> read() {
        Map<String, FlagTable> tables = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(FlagTable.class.getResourceAsStream("flags.txt"));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" "))
                    .forEach(words -> {
                        tables.put(words[1], new FlagTable(words));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("flags.txt cannot be read from the jar", e);
        }
        return tables;
    }
}
