package io.tiercel.sensor.spool;

import io.tiercel.rules.file.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Generates unique alert ids of the form {@code node/boot/sequence}.
 *
 * <p>On a live node, the sequence starts at the number of microseconds since boot. If the folder has reservations of the
 * same boot, it starts after them instead, if that is higher. A restarted sensor therefore starts above all earlier
 * numbers, even if its folder was deleted, unless it produced more than one alert per microsecond. The folder reserves
 * {@value #BLOCK_SIZE} numbers at a time, so a restart leaves a gap. For a recording, the sequence starts at 1, so that
 * the same recording and rules give the same ids.
 */
public final class AlertIdGenerator {
    private static final int BLOCK_SIZE = 10_000;
    private static final String FILE = "sequence";
    private static final Path UPTIME = Path.of("/proc/uptime");

    private final String prefix;
    private final String bootId;
    private final @Nullable Path folder;
    private long next;
    private long reserved;

    private AlertIdGenerator(String hostname, String bootId, @Nullable Path folder, long first) {
        this.prefix = hostname + "/" + bootId + "/";
        this.bootId = bootId;
        this.folder = folder;
        this.next = first;
        this.reserved = folder == null ? Long.MAX_VALUE : first;
    }

    /** Creates a generator for a recording. */
    public static AlertIdGenerator forReplay(String hostname, String bootId) {
        return new AlertIdGenerator(hostname, bootId, null, 1);
    }

    /**
     * Creates a generator for a running node.
     *
     * @param folder folder that stores the reservations, usually the spool; null to store none
     * @throws SpoolException if the folder cannot be read
     */
    public static AlertIdGenerator forNode(String hostname, String bootId, @Nullable Path folder)
            throws SpoolException {
        return forNode(hostname, bootId, folder, microsSinceBoot());
    }

    static AlertIdGenerator forNode(String hostname, String bootId, @Nullable Path folder, long microsSinceBoot)
            throws SpoolException {
        long first = folder == null ? microsSinceBoot : Math.max(microsSinceBoot, reservedBefore(folder, bootId));
        return new AlertIdGenerator(hostname, bootId, folder, first);
    }

    /**
     * Returns the next id.
     *
     * @throws SpoolException if no number can be reserved; without a reservation, the id might be reused
     */
    public String next() throws SpoolException {
        if (next == reserved) {
            reserve();
        }
        return prefix + next++;
    }

    private void reserve() throws SpoolException {
        if (folder == null) {
            throw new IllegalStateException("sequence numbers are exhausted");
        }
        try {
            Path temporary = folder.resolve(FILE + ".new");
            String content = bootId + " " + (reserved + BLOCK_SIZE) + " .\n";
            try (FileChannel file = PrivateFiles.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                file.write(StandardCharsets.ISO_8859_1.encode(content));
            }
            Files.move(temporary, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new SpoolException("cannot reserve alert IDs in " + folder, e);
        }
        reserved += BLOCK_SIZE;
    }

    /** Returns the first number that earlier runs in the same boot did not reserve, or 0 if there was no such run. */
    private static long reservedBefore(Path folder, String bootId) throws SpoolException {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                return 0;
            }
            String[] fields = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .strip()
                    .split(" ");
            // The dot shows that the number was written completely.
            return fields.length == 3 && fields[0].equals(bootId) && fields[2].equals(".")
                    ? Long.parseLong(fields[1])
                    : 0;
        } catch (NumberFormatException damaged) {
            return 0;
        } catch (IOException e) {
            throw new SpoolException("cannot read reserved alert IDs from " + file, e);
        }
    }

    private static long microsSinceBoot() throws SpoolException {
        try {
            String seconds = Files.readString(UPTIME).split(" ")[0];
            return (long) (Double.parseDouble(seconds) * 1e6);
        } catch (IOException e) {
            throw new SpoolException("cannot read the time since boot from " + UPTIME, e);
        }
    }
}
