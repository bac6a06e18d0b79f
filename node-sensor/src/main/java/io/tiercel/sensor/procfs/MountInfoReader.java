package io.tiercel.sensor.procfs;

import static io.tiercel.sensor.bpf.record.RecordLayout.HEADER_RESULT;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_MOUNTS;

import io.tiercel.sensor.bpf.record.RecordBuilder;
import io.tiercel.sensor.process.MountTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Reads the host's mounts from {@code /proc/1/mountinfo} (proc_pid_mountinfo(5)).
 *
 * <p>Skips overlays except the host's root. They are the roots of containers, and rules use the paths inside the container.
 */
final class MountInfoReader {
    private static final int SIZE_LIMIT = 8 << 20;
    private static final int CHUNK = 48_000;
    private static final Pattern DEVICE_NUMBERS = Pattern.compile("[0-9]{1,4}:[0-9]{1,7}");
    private static final int DEVICE = 2;
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;

    private final Path mountInfo;
    private byte[] previous = {};
    private byte[] buffer = new byte[CHUNK];

    MountInfoReader(Path proc) {
        this.mountInfo = proc.resolve("1/mountinfo");
    }

    /** Emits all mounts as records if they changed since the last call. */
    void read(Consumer<byte[]> records) {
        int length = fillBuffer();
        if (Arrays.equals(buffer, 0, length, previous, 0, previous.length)) {
            return;
        }
        previous = Arrays.copyOf(buffer, length);
        StringBuilder chunk = new StringBuilder();
        boolean first = true;
        for (String line : new String(previous, StandardCharsets.ISO_8859_1).split("\n")) {
            String mount = recordLine(line);
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

    /** Reads the file and returns its length. Reuses the buffer, because the sensor reads the file every second. */
    private int fillBuffer() {
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
                .header(HEADER_RESULT, first ? (long) MountTable.REPLACE : 0)
                .text(lines.toString())
                .build();
    }

    /** Returns the line of a record for a line of mountinfo; empty for a skipped mount. */
    private static String recordLine(String line) {
        String[] fields = line.split(" ");
        if (fields.length <= MOUNT_POINT
                || !DEVICE_NUMBERS.matcher(fields[DEVICE]).matches()) {
            return "";
        }
        boolean overlay = line.contains(" - overlay ");
        return overlay && !fields[MOUNT_POINT].equals("/")
                ? ""
                : fields[DEVICE] + " " + fields[ROOT] + " " + fields[MOUNT_POINT] + "\n";
    }
}
