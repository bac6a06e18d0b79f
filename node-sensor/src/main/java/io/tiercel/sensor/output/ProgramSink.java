package io.tiercel.sensor.output;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes alerts, one a line, to the standard input of a program that is kept running, and started again if it ends.
 *
 * <p>The program's words come from the configuration and go to it as they are: no shell reads them, and nothing of an
 * alert is ever among them.
 */
public final class ProgramSink implements AlertSink {
    private static final long LAST_WORDS_MS = 1_000;

    private final List<String> command;
    private final OutgoingAlert.Form form;
    private @Nullable Process process;
    private volatile boolean closed;

    /** Will run a command, its first word a program on PATH or a path, when the first alert comes. */
    public ProgramSink(List<String> command, OutgoingAlert.Form form) {
        if (command.isEmpty() || command.getFirst().isBlank()) {
            throw new IllegalArgumentException("a program to write to needs a name");
        }
        this.command = List.copyOf(command);
        this.form = form;
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException {
        Process running = running();
        try {
            OutputStream in = running.getOutputStream();
            in.write(alert.line(form));
            in.flush();
        } catch (IOException e) {
            running.destroy();
            throw new IOException("the program " + command.getFirst() + " does not take it: " + e.getMessage(), e);
        }
    }

    private synchronized Process running() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        Process running = process;
        if (running == null || !running.isAlive()) {
            running = new ProcessBuilder(command)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.INHERIT)
                    .start();
            process = running;
        }
        return running;
    }

    /** Ends the program's input, gives it a second, and ends it. */
    @Override
    public synchronized void close() {
        closed = true;
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            Thread.ofVirtual().start(() -> closeInput(running));
            if (!running.waitFor(LAST_WORDS_MS, TimeUnit.MILLISECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** In a thread of its own: a write that the program does not take holds the stream. */
    private static void closeInput(Process running) {
        try {
            running.getOutputStream().close();
        } catch (IOException e) {
            // it has ended already
        }
    }
}
