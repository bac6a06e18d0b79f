package io.tiercel.sensor.spool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * Ids of alerts: {@code node/boot/sequence}, never given twice.
 *
 * <p>Live, the sequence starts at the number of microseconds since the boot, and never below what a folder has seen of
 * the same boot. So a sensor that is restarted, even after its folder was deleted, starts above every number that it
 * gave before: that would take more than one alert in every microsecond since the boot. Numbers are reserved in the
 * folder {@value #RESERVED} at a time, so a restart leaves a gap. For a recording the sequence starts at 1: the same
 * recording and rules give the same ids.
 */
public final class AlertIdGenerator {
    private static final int RESERVED = 10_000;
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

    /** Ids of a recording. */
    public static AlertIdGenerator replayed(String hostname, String bootId) {
        return new AlertIdGenerator(hostname, bootId, null, 1);
    }

    /**
     * Ids of a running node.
     *
     * @param folder where numbers are reserved, in general the spool's; null if nothing is kept between runs
     * @throws SpoolException if the folder cannot be read
     */
    public static AlertIdGenerator live(String hostname, String bootId, @Nullable Path folder) throws SpoolException {
        return live(hostname, bootId, folder, microsSinceBoot());
    }

    static AlertIdGenerator live(String hostname, String bootId, @Nullable Path folder, long microsSinceBoot)
            throws SpoolException {
        long first = folder == null ? microsSinceBoot : Math.max(microsSinceBoot, reservedBefore(folder, bootId));
        return new AlertIdGenerator(hostname, bootId, folder, first);
    }

    /**
     * The next id.
     *
     * @throws SpoolException if a number cannot be reserved: without that it might be given again
     */
    public String next() throws SpoolException {
        if (next == reserved) {
            reserve();
        }
        return prefix + next++;
    }

    private void reserve() throws SpoolException {
        if (folder == null) {
            throw new IllegalStateException("more alerts than numbers");
        }
        try {
            Path written = folder.resolve(FILE + ".new");
            Files.writeString(written, bootId + " " + (reserved + RESERVED) + " .\n");
            Files.move(written, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new SpoolException("numbers of alerts cannot be reserved in " + folder, e);
        }
        reserved += RESERVED;
    }

    /** The first number that a former run did not reserve; 0 if there was none in this boot. */
    private static long reservedBefore(Path folder, String bootId) throws SpoolException {
        Path file = folder.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                return 0;
            }
            String[] words = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .strip()
                    .split(" ");
            // The dot shows that the number is whole.
            return words.length == 3 && words[0].equals(bootId) && words[2].equals(".") ? Long.parseLong(words[1]) : 0;
        } catch (NumberFormatException damaged) {
            return 0;
        } catch (IOException e) {
            throw new SpoolException("numbers of alerts cannot be read from " + file, e);
        }
    }

    private static long microsSinceBoot() throws SpoolException {
        try {
            String seconds = Files.readString(UPTIME).split(" ")[0];
            return (long) (Double.parseDouble(seconds) * 1e6);
        } catch (IOException e) {
            throw new SpoolException("the time since the boot cannot be read", e);
        }
    }
}
