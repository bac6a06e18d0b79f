package io.tiercel.sensor.bpf.host;

import io.tiercel.sensor.thread.SupervisedThreads;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Releases unchanged pages of the JVM's code and its AOT cache from the memory of this process.
 *
 * <p>The start uses most of them, and the kernel maps the neighbors of each used page too. The sensor needs few of them later. The kernel
 * maps a released page again, from its page cache, when the process uses it. So the process has in memory what it used since the last
 * release.
 */
public final class FilePages implements Runnable {
    private static final System.Logger LOG = System.getLogger(FilePages.class.getName());
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");

    /** {@code MADV_DONTNEED} in include/uapi/asm-generic/mman-common.h. */
    private static final int DONT_NEED = 4;

    /** An idle sensor has some 150 page faults after a release. */
    private static final long INTERVAL_NANOS = 15_000_000_000L;

    /** Smaller mappings are not worth a call. */
    private static final long MIN_BYTES = 512 << 10;

    /**
     * The first line of a private mapping of the JVM's code or AOT cache that is not writable. The JVM keeps these mappings until it
     * ends. Others may be replaced before their pages are released, and then the process would lose the data of the replacement.
     */
    private static final Pattern READ_ONLY_FILE = Pattern.compile(
            "([0-9a-f]{1,16})-([0-9a-f]{1,16}) r-[-x]p [0-9a-f]+ \\S+ [1-9][0-9]* +/(?:.*/)?(?:libjvm\\.so|[^/]+\\.aot)");

    private static final Pattern MAPPING = Pattern.compile("[0-9a-f]+-[0-9a-f]+ [-rwxsp]{4} .*");

    /** Pages that differ from the file, such as those that the dynamic linker changed before it protected them. */
    private static final Pattern CHANGED = Pattern.compile("Anonymous: +([0-9]+) kB");

    /**
     * A part of the address space.
     *
     * @param address the first address
     * @param bytes the size
     */
    record Range(long address, long bytes) {}

    private @Nullable List<Range> ranges;
    private long nextNanos;

    /** Creates an object that releases pages when it first runs. */
    public FilePages() {
        nextNanos = System.nanoTime();
    }

    /** Releases the pages on a thread of its own, at most every 15 seconds. The event thread calls it once a second. */
    @Override
    public void run() {
        long now = System.nanoTime();
        if (now - nextNanos >= 0) {
            nextNanos = now + INTERVAL_NANOS;
            SupervisedThreads.runOnce("file-pages", this::release);
        }
    }

    /**
     * Releases the pages. Has no effect if the kernel does not show the mappings.
     *
     * @return the size of the released mappings in bytes
     */
    synchronized long release() {
        try {
            LibC libc = NativeFunctions.load(LibC.class, null);
            if (ranges == null) {
                // The kernel escapes only line ends in names, so that they may have bytes of no character set.
                String mappings = Files.readString(MAPPINGS, StandardCharsets.ISO_8859_1);
                ranges = unchanged(mappings.lines().toList());
            }
            long released = 0;
            for (Range range : ranges) {
                Pointer address = Pointer.wrap(Runtime.getSystemRuntime(), range.address);
                released += libc.madvise(address, range.bytes, DONT_NEED) == 0 ? range.bytes : 0;
            }
            return released;
        } catch (IOException | UnsatisfiedLinkError e) {
            LOG.log(Level.DEBUG, "pages of files are not released", e);
            ranges = List.of();
            return 0;
        }
    }

    /** Returns the large read-only mappings of these files without a changed page, from the lines of {@code /proc/PID/smaps} (proc(5)). */
    static List<Range> unchanged(List<String> lines) {
        List<Range> ranges = new ArrayList<>();
        Range current = null;
        for (String line : lines) {
            Matcher file = READ_ONLY_FILE.matcher(line);
            Matcher changed = CHANGED.matcher(line);
            if (file.matches()) {
                long start = Long.parseUnsignedLong(file.group(1), 16);
                current = new Range(start, Long.parseUnsignedLong(file.group(2), 16) - start);
            } else if (MAPPING.matcher(line).matches()) {
                current = null;
            } else if (current != null && changed.matches()) {
                if (changed.group(1).equals("0") && current.bytes >= MIN_BYTES) {
                    ranges.add(current);
                }
                current = null;
            }
        }
        return ranges;
    }
}
