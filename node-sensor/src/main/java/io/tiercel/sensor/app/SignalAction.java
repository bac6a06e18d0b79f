package io.tiercel.sensor.app;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Runs an action on a signal instead of terminating the process. */
final class SignalAction implements AutoCloseable {
    private final Signal signal;
    private final SignalHandler previous;

    private SignalAction(Signal signal, SignalHandler previous) {
        this.signal = signal;
        this.previous = previous;
    }

    /**
     * Installs an action. It runs on its own thread. If the process was started with the signal ignored, as {@code
     * nohup} does with HUP, the signal stays ignored.
     *
     * @param name name without SIG, e.g. {@code HUP}
     */
    static SignalAction install(String name, Runnable action) {
        Signal signal = new Signal(name);
        return new SignalAction(signal, Signal.handle(signal, _ -> action.run()));
    }

    /** Restores the previous handler. */
    @Override
    public void close() {
        Signal.handle(signal, previous);
    }
}
