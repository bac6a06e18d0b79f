package io.tiercel.functions.enrich;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes small databases of IPv4 networks in the MaxMind DB format.
 *
 * @see <a href="https://maxmind.github.io/MaxMind-DB/">MaxMind DB file format specification</a>
 */
final class MmdbWriter {
    private static final int EMPTY = -1;
    private static final int SEPARATOR = 16;

    private final List<int[]> nodes = new ArrayList<>(List.of(new int[] {EMPTY, EMPTY}));
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final String type;

    MmdbWriter(String type) {
        this.type = type;
    }

    /** Adds the network {@code first.second.0.0/length} with a value. */
    MmdbWriter withNetwork(int first, int second, int length, Map<String, ?> value) {
        int address = first << 24 | second << 16;
        int node = 0;
        for (int bit = 0; bit < length; bit++) {
            int side = address >>> (31 - bit) & 1;
            if (bit == length - 1) {
                nodes.get(node)[side] = -2 - data.size();
            } else {
                if (nodes.get(node)[side] < 0) {
                    nodes.get(node)[side] = nodes.size();
                    nodes.add(new int[] {EMPTY, EMPTY});
                }
                node = nodes.get(node)[side];
            }
        }
        write(data, value);
        return this;
    }

    /** Writes the database to a file. */
    Path writeTo(Path file) throws IOException {
        ByteArrayOutputStream database = new ByteArrayOutputStream();
        for (int[] node : nodes) {
            for (int record : node) {
                int value = record == EMPTY
                        ? nodes.size()
                        : record < EMPTY ? nodes.size() + SEPARATOR + (-2 - record) : record;
                database.write(value >>> 16);
                database.write(value >>> 8);
                database.write(value);
            }
        }
        database.write(new byte[SEPARATOR]);
        data.writeTo(database);
        database.write(new byte[] {(byte) 0xab, (byte) 0xcd, (byte) 0xef});
        database.write("MaxMind.com".getBytes(StandardCharsets.UTF_8));
        write(
                database,
                Map.of(
                        "binary_format_major_version",
                        2,
                        "binary_format_minor_version",
                        0,
                        "build_epoch",
                        1_700_000_000L,
                        "database_type",
                        type,
                        "description",
                        Map.of("en", "a test"),
                        "ip_version",
                        4,
                        "languages",
                        List.of("en"),
                        "node_count",
                        (long) nodes.size(),
                        "record_size",
                        24));
        return Files.write(file, database.toByteArray());
    }

    private static void write(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case String text -> {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                controlByte(out, 2, bytes.length);
                out.writeBytes(bytes);
            }
            case Integer small -> {
                controlByte(out, 5, 2);
                out.write(small >>> 8);
                out.write(small);
            }
            case Long number -> {
                controlByte(out, 6, 4);
                for (int shift = 24; shift >= 0; shift -= 8) {
                    out.write((int) (number >>> shift));
                }
            }
            case Map<?, ?> map -> {
                controlByte(out, 7, map.size());
                map.forEach((key, element) -> {
                    write(out, key);
                    write(out, element);
                });
            }
            case List<?> list -> {
                out.write(list.size());
                out.write(11 - 7);
                list.forEach(element -> write(out, element));
            }
            default -> throw new IllegalArgumentException(value.toString());
        }
    }

    private static void controlByte(ByteArrayOutputStream out, int kind, int size) {
        if (size < 29) {
            out.write(kind << 5 | size);
        } else {
            out.write(kind << 5 | 29);
            out.write(size - 29);
        }
    }
}
