package io.tiercel.sensor.event;

import io.tiercel.sensor.bpf.ArgumentSource;
import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.RingBufferSize;

/**
 * A capture program that is being loaded for the default options, before the real ones are known: the kernel verifies it for longer than
 * the sensor reads its configuration. It captures nothing until it is taken. One owner uses it, on one thread.
 */
public final class EarlyCapture implements AutoCloseable {
    private final Options options;
    private final BackgroundProgramLoader loader;
    private boolean taken;

    /** The options that the program is loaded for. */
    private record Options(boolean prefilter, int ringSize, ArgumentSource bestSource) {
        BackgroundProgramLoader load() {
            return EventStreams.load(prefilter ? PrefilterMode.ON : PrefilterMode.OFF, ringSize, bestSource);
        }
    }

    private EarlyCapture(Options options) {
        this.options = options;
        this.loader = options.load();
    }

    /** Starts to load the program. */
    public static EarlyCapture begin() {
        return new EarlyCapture(new Options(true, RingBufferSize.forThisMachine(), ArgumentSource.HOOKS));
    }

    /**
     * Returns the loader of a program for these options, which the caller closes: that of this program if they are the default ones,
     * otherwise a new one.
     *
     * @param ringSize the size of the ring buffer in bytes, a {@linkplain RingBufferSize power of two}
     * @param bestSource the best source of arguments to use
     */
    public BackgroundProgramLoader take(PrefilterMode prefilterMode, int ringSize, ArgumentSource bestSource) {
        Options wanted = new Options(prefilterMode != PrefilterMode.OFF, ringSize, bestSource);
        if (wanted.equals(options)) {
            taken = true;
            return loader;
        }
        close();
        return wanted.load();
    }

    /** Unloads a program that was not taken, as soon as it is loaded. Does not wait. */
    @Override
    public void close() {
        if (!taken) {
            loader.close();
        }
    }
}
