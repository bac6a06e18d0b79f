package io.tiercel.bench.live;

import java.nio.file.Path;
import java.util.List;

/** Loads that run with and without a sensor. The program {@code load.c} implements them. */
enum Load {
    OPENS("open+close", 2_000_000, 0),
    EXECS("fork+exec", 20_000, 0),
    CONNECTS("refused connect", 300_000, 0),
    PARALLEL("two loads of open+close", 2_000_000, 100);

    private static final double READ_PAUSE_MS = 20;

    private final String action;
    private final int count;
    private final int reads;

    /**
     * Creates a load.
     *
     * @param count number of operations
     * @param reads number of concurrent reads of the bait, each of which must raise an alert
     */
    Load(String action, int count, int reads) {
        this.action = action;
        this.count = count;
        this.reads = reads;
    }

    /** Returns the title of the load in tables: operation and count. */
    String title(double scale) {
        String concurrentReads = reads == 0 ? "" : ", " + reads + " reads of " + Bait.FILE;
        return String.format("%,d %s%s", count(scale), action, concurrentReads);
    }

    /** Returns the number of alerts that a sensor must raise. */
    int reads() {
        return reads;
    }

    /** Returns the arguments of the load program. */
    List<String> arguments(Path file, double scale) {
        String times = Integer.toString(count(scale));
        return switch (this) {
            case OPENS -> List.of("opens", file.toString(), times);
            case EXECS -> List.of("execs", times);
            case CONNECTS -> List.of("connects", times);
            case PARALLEL -> {
                String pause = Long.toString(Math.max(1, Math.round(READ_PAUSE_MS * scale)));
                yield List.of("parallel", file.toString(), times, Bait.FILE, Integer.toString(reads), pause);
            }
        };
    }

    private int count(double scale) {
        return (int) Math.max(1, Math.round(count * scale));
    }
}
