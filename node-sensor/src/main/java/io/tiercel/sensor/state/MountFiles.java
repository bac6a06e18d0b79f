package io.tiercel.sensor.state;

import static io.tiercel.sensor.capture.RecordLayout.HEADER_RESULT;
import static io.tiercel.sensor.capture.RecordLayout.RECORD_MOUNTS;

import io.tiercel.sensor.capture.RecordBuilder;
import java.nio.file.Path;
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
    private String known = "";

    MountFiles(Path proc) {
        this.mountInfo = proc.resolve("1/mountinfo");
    }

    /** Hands over all mounts as records if they are others than the last time. */
    void read(Consumer<byte[]> records) {
        String now = ByteFiles.text(mountInfo, SIZE_LIMIT);
        if (now.equals(known)) {
            return;
        }
        known = now;
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
