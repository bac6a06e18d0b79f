package io.tiercel.sensor.state;

import static io.tiercel.sensor.bpf.RecordLayout.HEADER_RESULT;
import static io.tiercel.sensor.bpf.RecordLayout.RECORD_MOUNTS;

import io.tiercel.sensor.bpf.RecordBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The host's mounts as {@code /proc/1/mountinfo} shows them (proc_pid_mountinfo(5)).
 *
 * <p>Overlays are left out unless they are the host's root: they are containers' roots, whose files have their names
 * inside.
 */
final class MountFiles {
    private static final int SIZE_LIMIT = 8 << 20;
    private static final int CHUNK = 48_000;
    private static final Pattern NUMBERS = Pattern.compile("[0-9]{1,4}:[0-9]{1,7}");
    private static final int DEVICE = 2;
    private static final int ROOT = 3;
    private static final int POINT = 4;

    private final Path mountInfo;
    private byte[] known = {};
    private byte[] buffer = new byte[CHUNK];

    MountFiles(Path proc) {
        this.mountInfo = proc.resolve("1/mountinfo");
    }

    /** Hands over all mounts as records if they are others than the last time. */
    void read(Consumer<byte[]> records) {
        int length = fill();
        if (Arrays.equals(buffer, 0, length, known, 0, known.length)) {
            return;
        }
        known = Arrays.copyOf(buffer, length);
        String now = new String(known, StandardCharsets.ISO_8859_1);
        StringBuilder chunk = new StringBuilder();
        boolean first = true;
        for (String line : now.split("\n")) {
            String mount = mount(line);
            if (mount.length() >= CHUNK) {
                continue;
            }
            if (chunk.length() + mount.length() >= CHUNK) {
                records.accept(record(chunk, first));
                first = false;
                chunk.setLength(0);
            }
            chunk.append(mount);
        }
        records.accept(record(chunk, first));
    }

    /** Reads the file, which is looked at every second, into the same memory each time; gives its length. */
    private int fill() {
        int length = 0;
        try (InputStream in = Files.newInputStream(mountInfo)) {
            for (int count = 0; count >= 0 && length < SIZE_LIMIT; length += Math.max(count, 0)) {
                if (length == buffer.length) {
                    buffer = Arrays.copyOf(buffer, 2 * length);
                }
                count = in.read(buffer, length, buffer.length - length);
            }
            return length;
        } catch (IOException e) {
            return 0;
        }
    }

    private static byte[] record(StringBuilder lines, boolean first) {
        return new RecordBuilder(RECORD_MOUNTS)
                .header(HEADER_RESULT, first ? (long) Mounts.ANEW : 0)
                .text(lines.toString())
                .build();
    }

    /** A line of the record; empty for a mount that is left out. */
    private static String mount(String line) {
        String[] fields = line.split(" ");
        if (fields.length <= POINT || !NUMBERS.matcher(fields[DEVICE]).matches()) {
            return "";
        }
        boolean overlay = line.contains(" - overlay ");
        return overlay && !fields[POINT].equals("/")
                ? ""
                : fields[DEVICE] + " " + fields[ROOT] + " " + fields[POINT] + "\n";
    }
}
