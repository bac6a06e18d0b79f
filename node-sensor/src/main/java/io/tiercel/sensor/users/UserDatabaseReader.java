package io.tiercel.sensor.users;

import static io.tiercel.sensor.bpf.record.RecordLayout.HEADER_RESULT;
import static io.tiercel.sensor.bpf.record.RecordLayout.RECORD_USERS;

import io.tiercel.sensor.bpf.host.GuardedFiles;
import io.tiercel.sensor.bpf.host.GuardedFiles.FileAttributes;
import io.tiercel.sensor.bpf.host.GuardedFiles.LocatedFile;
import io.tiercel.sensor.bpf.record.RecordBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /etc/passwd} and {@code /etc/group} below the root directory of the host or of a container.
 *
 * <p>A container controls these files. Each path is resolved inside the root directory. Only a regular file is opened, and
 * only up to a maximum size. The file system of a container may never answer: call this on a thread that can be abandoned.
 */
public final class UserDatabaseReader {
    /**
     * The maximum size in bytes of each file; the rest is ignored. A passwd of 256 KiB has some 4,000 users. Images have less
     * than 5 KiB, and the event thread parses the largest file in a few milliseconds.
     */
    static final int SIZE_LIMIT = 256 << 10;

    private static final int CHUNK = 24_000;
    private static final String PASSWD = "etc/passwd";
    private static final String GROUP = "etc/group";

    private final String root;

    /**
     * Creates a reader of the files below a root directory.
     *
     * @param root an absolute path in ASCII
     */
    public UserDatabaseReader(String root) {
        this.root = root;
    }

    /**
     * The contents of a database.
     *
     * @param stamp identifies this version of the files
     * @param passwd the beginning of the file; empty if it is missing
     * @param group the beginning of the file; empty if it is missing
     */
    public record Contents(String stamp, String passwd, String group) {
        /**
         * Emits the users and groups as one or more records. The first record replaces the database.
         *
         * @param containerId the full id of the container; empty for the host
         */
        public void emit(String containerId, Consumer<byte[]> records) {
            List<String> users = chunks(passwd);
            List<String> groups = chunks(group);
            for (int i = 0; i < Math.max(1, Math.max(users.size(), groups.size())); i++) {
                records.accept(new RecordBuilder(RECORD_USERS)
                        .header(HEADER_RESULT, i == 0 ? (long) UserTable.REPLACE : 0)
                        .text(containerId)
                        .text(i < users.size() ? users.get(i) : "")
                        .text(i < groups.size() ? groups.get(i) : "")
                        .build());
            }
        }
    }

    /**
     * Reads the files if they changed.
     *
     * @param previousStamp the stamp of the last reading; empty for none
     * @return null if they did not change, or if the root directory does not exist any more
     */
    public @Nullable Contents readIfChanged(String previousStamp) {
        try (LocatedFile passwd = GuardedFiles.locate(root, PASSWD);
                LocatedFile group = GuardedFiles.locate(root, GROUP)) {
            String stamp = stamp(passwd) + " " + stamp(group);
            // A process that has ended, and is still listed, has no root directory any more: nothing is known about its
            // files.
            boolean unknown = GuardedFiles.attributes(root + "/") == null;
            return unknown || stamp.equals(previousStamp) ? null : new Contents(stamp, text(passwd), text(group));
        }
    }

    /** Returns what changes with each version of a file that replaces or overwrites the one before. */
    private static String stamp(@Nullable LocatedFile file) {
        if (file == null) {
            return "none";
        }
        FileAttributes a = file.attributes();
        return a.device() + ":" + a.ino() + ":" + a.size() + ":" + a.mtimeNanos() + ":" + a.ctimeNanos();
    }

    private static String text(@Nullable LocatedFile file) {
        return file == null ? "" : new String(file.read(SIZE_LIMIT), StandardCharsets.ISO_8859_1);
    }

    /** Splits a file into parts that fit into a record, at line ends. Drops longer lines. */
    private static List<String> chunks(String text) {
        List<String> chunks = new ArrayList<>();
        StringBuilder chunk = new StringBuilder();
        UserDatabase.lines(text).filter(line -> line.length() < CHUNK).forEach(line -> {
            if (chunk.length() + line.length() >= CHUNK) {
                chunks.add(chunk.toString());
                chunk.setLength(0);
            }
            chunk.append(line).append('\n');
        });
        if (!chunk.isEmpty()) {
            chunks.add(chunk.toString());
        }
        return chunks;
    }
}
