package io.tiercel.bench.live;

import java.nio.file.Path;
import java.util.List;

/** What is done while a sensor watches, or none; {@code load.c} does it. */
enum Load {
    OPENS("open+close", 2_000_000, 0),
    EXECS("fork+exec", 20_000, 0),
    CONNECTS("refused connect", 300_000, 0),
    PARALLEL("two loads of open+close", 2_000_000, 100);

    private static final double READ_PAUSE_MS = 20;

    private final String act;
    private final int count;
    private final int reads;

    /**
     * @param count how often it is done
     * @param reads of the bait, which have to alert, meanwhile
     */
    Load(String act, int count, int reads) {
        this.act = act;
        this.count = count;
        this.reads = reads;
    }

    /** A name for tables: how often what is done. */
    String title(double scale) {
        String meanwhile = reads == 0 ? "" : ", " + reads + " reads of " + Bait.FILE;
        return String.format("%,d %s%s", count(scale), act, meanwhile);
    }

    /** Alerts that a sensor owes. */
    int reads() {
        return reads;
    }

    /** Words for the program. */
    List<String> words(Path file, double scale) {
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
