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

/** Names of the flags or values of a parameter: a line of {@code flags.txt}. */
final class FlagTable {
    private static final Map<String, FlagTable> TABLES = read();

    /** A flag of one or more bits, or a value, in the kernel's and in Falco's encoding. */
    private record NamedFlag(String name, long kernel, long encoded) {}

    private final boolean bits;
    private final List<NamedFlag> flags = new ArrayList<>();

    private FlagTable(String[] columns) {
        bits = columns[0].equals("bits");
        for (int i = 2; i < columns.length; i++) {
            int equals = columns[i].indexOf('=');
            int slash = columns[i].indexOf('/');
            long kernel = Long.decode(columns[i].substring(equals + 1, slash < 0 ? columns[i].length() : slash));
            long encoded = slash < 0 ? kernel : Long.decode(columns[i].substring(slash + 1));
            flags.add(new NamedFlag(columns[i].substring(0, equals), kernel, encoded));
        }
    }

    /** Returns the table with a name. Fails if it does not exist. */
    static FlagTable named(String name) {
        return Objects.requireNonNull(TABLES.get(name), () -> "flags.txt does not have a table " + name);
    }

    /** Converts a number to Falco's encoding. Drops flags without a name, but keeps values without a name. */
    long encode(long number) {
        if (!bits) {
            return number;
        }
        long encoded = 0;
        for (NamedFlag flag : flags) {
            if (flag.kernel != 0 && (number & flag.kernel) == flag.kernel) {
                encoded |= flag.encoded;
            }
        }
        return encoded;
    }

    /** Returns the names, separated by bars. A flag of several bits replaces the flags that it includes. */
    String names(long encoded) {
        StringBuilder names = new StringBuilder();
        long remaining = encoded;
        for (NamedFlag flag : flags) {
            boolean set = bits && encoded != 0
                    ? flag.encoded != 0 && (remaining & flag.encoded) == flag.encoded
                    : flag.encoded == encoded;
            if (set) {
                names.append(names.isEmpty() ? "" : "|").append(flag.name);
                remaining &= bits ? ~flag.encoded : -1;
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
                    .forEach(columns -> {
                        tables.put(columns[1], new FlagTable(columns));
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read flags.txt from the JAR", e);
        }
        return tables;
    }
}
