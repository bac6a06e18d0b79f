package io.tiercel.sensor.app;

/**
 * Runs a full garbage collection when the heap has grown well beyond the live data of the last one, at most twice a
 * minute. The event thread calls it once a second.
 *
 * <p>The serial collector lets the old generation grow to its limit before it collects it and returns memory. A sensor
 * has little live data, so that the pause takes some twenty milliseconds. The ring buffer holds the events of that
 * time.
 */
final class HeapTrimmer implements Runnable {
    private static final long GROWTH_BYTES = 8 << 20;
    private static final long INTERVAL_NANOS = 30_000_000_000L;

    private final Runtime runtime = Runtime.getRuntime();
    private long liveBytes;
    private long nextAllowedNanos = System.nanoTime();

    @Override
    public void run() {
        if (runtime.totalMemory() - liveBytes > GROWTH_BYTES && System.nanoTime() - nextAllowedNanos >= 0) {
            System.gc();
            liveBytes = runtime.totalMemory() - runtime.freeMemory();
            nextAllowedNanos = System.nanoTime() + INTERVAL_NANOS;
        }
    }
}
