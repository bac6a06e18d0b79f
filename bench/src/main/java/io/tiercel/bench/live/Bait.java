package io.tiercel.bench.live;

/** What every sensor alerts on: a file that the load's program has no need of. */
final class Bait {
    static final String FILE = "/etc/shadow";

    private Bait() {}
}
