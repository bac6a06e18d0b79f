package io.tiercel.sensor.event;

import io.tiercel.sensor.bpf.BackgroundProgramLoader;
import io.tiercel.sensor.bpf.PrefilterMode;
import io.tiercel.sensor.bpf.load.ArgumentSource;
import io.tiercel.sensor.bpf.load.CaptureSizes;

/**
 * A capture program that is being loaded for the default options, before the real ones are known: the kernel verifies it for longer than
 * the sensor reads its configuration. It captures nothing until it is taken. One owner uses it, on one thread.
 */
public final class EarlyCapture implements AutoCloseable {
    private final Options options;
    private final BackgroundProgramLoader loader;
    private boolean taken;

    /** The options that the program is loaded for. */
    private record Options(boolean prefilter, CaptureSizes sizes, ArgumentSource bestSource) {
        BackgroundProgramLoader load() {
            return EventStreams.load(prefilter ? PrefilterMode.ON : PrefilterMode.OFF, sizes, bestSource);
        }
    }

    private EarlyCapture(Options options) {
        this.options = options;
        this.loader = options.load();
    }

    /** Starts to load the program. */
    public static EarlyCapture begin() {
        return new EarlyCapture(new Options(true, CaptureSizes.forThisMachine(), ArgumentSource.HOOKS));
    }

    /**
     * Returns the loader of a program for these options, which the caller closes: that of this program if they are the default ones,
     * otherwise a new one.
     *
     * @param sizes the sizes of the program's memory
     * @param bestSource the best source of arguments to use
     */
    public BackgroundProgramLoader take(PrefilterMode prefilterMode, CaptureSizes sizes, ArgumentSource bestSource) {
        Options wanted = new Options(prefilterMode != PrefilterMode.OFF, sizes, bestSource);
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
