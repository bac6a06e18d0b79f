package io.tiercel.sensor.output;

import io.tiercel.sensor.thread.SupervisedThreads;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A sink that writes alerts, one on each line, to the standard input of a program. It keeps the program running and
 * restarts it if it exits.
 *
 * <p>The command comes from the configuration and is passed as it is. No shell interprets it, and no part of an alert
 * is an argument.
 */
public final class ProgramSink implements AlertSink {
    private static final long EXIT_TIMEOUT_MS = 1_000;

    private final List<String> command;
    private final AlertFormat format;
    private @Nullable Process process;
    private volatile boolean closed;

    /** Creates a sink. The first alert starts the command: a program on PATH or a path, and its arguments. */
    public ProgramSink(List<String> command, AlertFormat format) {
        if (command.isEmpty() || command.getFirst().isBlank()) {
            throw new IllegalArgumentException("the command of the program output is empty");
        }
        this.command = List.copyOf(command);
        this.format = format;
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException {
        Process running = running();
        try {
            OutputStream in = running.getOutputStream();
            in.write(alert.line(format));
            in.flush();
        } catch (IOException e) {
            running.destroy();
            throw new IOException("cannot write to the program " + command.getFirst() + ": " + e.getMessage(), e);
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

    /** Closes the program's standard input, waits up to one second, and kills the program. */
    @Override
    public synchronized void close() {
        closed = true;
        Process running = process;
        if (running == null) {
            return;
        }
        try {
            SupervisedThreads.runOnce("program-close", () -> closeInput(running));
            if (!running.waitFor(EXIT_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
                running.destroyForcibly();
            }
        } catch (InterruptedException e) {
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Runs on its own thread, because a write that the program does not read blocks the stream. */
    private static void closeInput(Process running) {
        try {
            running.getOutputStream().close();
        } catch (IOException e) {
            // The program has exited.
        }
    }
}
