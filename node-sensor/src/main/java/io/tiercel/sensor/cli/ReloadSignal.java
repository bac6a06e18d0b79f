package io.tiercel.sensor.cli;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/** SIGHUP as a request to load the rules anew, instead of the end of the process. */
final class ReloadSignal implements AutoCloseable {
    private static final Signal HANG_UP = new Signal("HUP");

    private final SignalHandler before;

    private ReloadSignal(SignalHandler before) {
        this.before = before;
    }

    /**
     * From now on the signal runs the action, in a thread of its own. Where the process was started with the signal
     * ignored (as {@code nohup} does), it stays ignored.
     */
    static ReloadSignal install(Runnable action) {
        return new ReloadSignal(Signal.handle(HANG_UP, signal -> action.run()));
    }

    /** From now on the signal means what it meant before. */
    @Override
    public void close() {
        Signal.handle(HANG_UP, before);
    }
}
