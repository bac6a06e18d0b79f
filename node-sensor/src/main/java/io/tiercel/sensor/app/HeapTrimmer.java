package io.tiercel.sensor.app;

/**
 * Collects the whole heap when it has grown well beyond what was alive the last time, at most twice a minute; called once
 * a second.
 *
 * <p>The serial collector lets the old part grow up to the limit before it looks at it, and only then gives memory back.
 * Where little is alive, as in a sensor, that pause is some twenty milliseconds, for which the ring buffer holds events.
 */
final class HeapTrimmer implements Runnable {
    private static final long GROWTH_BYTES = 8 << 20;
    private static final long INTERVAL_NANOS = 30_000_000_000L;

    private final Runtime runtime = Runtime.getRuntime();
    private long alive;
    private long notBefore = System.nanoTime();

    @Override
    public void run() {
        if (runtime.totalMemory() - alive > GROWTH_BYTES && System.nanoTime() - notBefore >= 0) {
            System.gc();
            alive = runtime.totalMemory() - runtime.freeMemory();
            notBefore = System.nanoTime() + INTERVAL_NANOS;
        }
    }
}
