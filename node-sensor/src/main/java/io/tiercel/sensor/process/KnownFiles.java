package io.tiercel.sensor.process;

import io.tiercel.sensor.bpf.KnownFile;
import io.tiercel.sensor.bpf.record.RecordLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that rules name, as the host has them now. A RECORD_KNOWN_FILES has a line for each: device, inode, number and path,
 * separated by spaces. The number of a path never changes.
 */
public final class KnownFiles {
    /** The maximum number of names, also of earlier rules. Further names are ignored. */
    public static final int MAX_NAMES = 8192;

    private static final int COLUMNS = 4;

    private final Map<Integer, String> names = new HashMap<>();
    private List<KnownFile> files = List.of();

    /** Formats a line of the record. */
    public static String line(KnownFile file) {
        return file.device() + " " + file.inode() + " " + file.number() + " " + file.path() + "\n";
    }

    /** Replaces all files. */
    void apply(String lines) {
        List<KnownFile> found = new ArrayList<>();
        for (String line : lines.split("\n")) {
            String[] columns = line.split(" ", COLUMNS);
            if (columns.length == COLUMNS && found.size() < RecordLayout.MAX_KNOWN_FILES) {
                int number = Integer.parseInt(columns[2]);
                found.add(new KnownFile(
                        Integer.parseInt(columns[0]), Long.parseUnsignedLong(columns[1]), number, columns[3]));
                if (names.size() < MAX_NAMES) {
                    names.put(number, columns[3]);
                }
            }
        }
        files = List.copyOf(found);
    }

    /** Returns the name with a number; null if there is none. */
    public @Nullable String name(int number) {
        return number == 0 ? null : names.get(number);
    }

    public List<KnownFile> files() {
        return files;
    }
}
