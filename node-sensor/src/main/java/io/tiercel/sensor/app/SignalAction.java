package io.tiercel.sensor.app;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/** A signal as a request to do something, instead of the end of the process. */
final class SignalAction implements AutoCloseable {
    private final Signal signal;
    private final SignalHandler before;

    private SignalAction(Signal signal, SignalHandler before) {
        this.signal = signal;
        this.before = before;
    }

    /**
     * From now on the signal runs the action, in a thread of its own. Where the process was started with the signal
     * ignored (as {@code nohup} does with HUP), it stays ignored.
     *
     * @param name without SIG, e.g. {@code HUP}
     */
    static SignalAction install(String name, Runnable action) {
        Signal signal = new Signal(name);
        return new SignalAction(signal, Signal.handle(signal, _ -> action.run()));
    }

    /** From now on the signal means what it meant before. */
    @Override
    public void close() {
        Signal.handle(signal, before);
    }
}
