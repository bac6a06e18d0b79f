package io.tiercel.bench.live;

/** The file that all sensors raise alerts for. The load program itself does not need it. */
final class Bait {
    static final String FILE = "/etc/shadow";

    private Bait() {}
}
