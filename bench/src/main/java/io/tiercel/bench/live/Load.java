package io.tiercel.bench.live;

import java.util.List;

/** Loads that run with and without a sensor. The program {@code load.c} implements them. */
enum Load {
    OPENS("open+close", 2_000_000, 0),
    RELATIVE("open+close by a relative path", 2_000_000, 0),
    SYMLINK("open+close through a symbolic link", 2_000_000, 0),
    CHANGES("seven changes of files", 50_000, 0),
    AGENT("open+close of " + Bait.FILE + " below an agent", 500_000, 0),
    EXECS("fork+exec", 20_000, 0),
    CONNECTS("refused connect", 300_000, 0),
    GETPPID("getppid", 10_000_000, 0),
    READS("read of one byte", 5_000_000, 0),
    PARALLEL("two loads of open+close", 2_000_000, 100);

    /** A program whose children may read the file, by Falco's rule "Read sensitive file untrusted". */
    private static final String AGENT_NAME = "qualys-cloud-ag";

    private static final double READ_PAUSE_MS = 20;

    private final String action;
    private final int count;
    private final int baits;

    /**
     * Creates a load.
     *
     * @param count number of operations
     * @param baits number of concurrent reads of the bait, each of which must raise an alert
     */
    Load(String action, int count, int baits) {
        this.action = action;
        this.count = count;
        this.baits = baits;
    }

    /** Returns the title of the load in tables: operation and count. */
    String title(double scale) {
        String concurrentReads = baits == 0 ? "" : ", " + baits + " reads of " + Bait.FILE;
        return String.format("%,d %s%s", count(scale), action, concurrentReads);
    }

    /** Returns true if only Falco's rules raise no alert. */
    boolean requiresFalcoRules() {
        return this == AGENT;
    }

    /** Returns the number of alerts that a sensor must raise. */
    int baits() {
        return baits;
    }

    /** Returns the arguments of the load program. */
    List<String> arguments(LoadFiles files, double scale) {
        String times = Integer.toString(count(scale));
        String file = files.file().toString();
        return switch (this) {
            case OPENS -> List.of("opens", file, times);
            case RELATIVE ->
                List.of(
                        "relative",
                        files.workingDirectory().toString(),
                        files.relative().toString(),
                        times);
            case SYMLINK -> List.of("opens", files.link().toString(), times);
            case CHANGES -> List.of("changes", files.workingDirectory().toString(), file, times);
            case AGENT ->
                List.of("agent", files.workingDirectory().resolve(AGENT_NAME).toString(), Bait.FILE, times);
            case EXECS -> List.of("execs", times);
            case CONNECTS -> List.of("connects", times);
            case GETPPID -> List.of("getppids", times);
            case READS -> List.of("bytes", LoadFiles.ZEROS.toString(), times);
            case PARALLEL -> {
                String pause = Long.toString(Math.max(1, Math.round(READ_PAUSE_MS * scale)));
                yield List.of("parallel", file, times, Bait.FILE, Integer.toString(baits), pause);
            }
        };
    }

    private int count(double scale) {
        return (int) Math.max(1, Math.round(count * scale));
    }
}
