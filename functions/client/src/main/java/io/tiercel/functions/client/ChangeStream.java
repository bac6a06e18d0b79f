package io.tiercel.functions.client;

import io.tiercel.functions.operate.OperatorAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A stream of Server-Sent Events. A server that sends nothing for 45 seconds, not even a comment, ends it. */
public final class ChangeStream {
    /** The server sends a comment every 15 seconds. */
    private static final Duration MAX_SILENCE = Duration.ofSeconds(45);

    private static final int MAX_LINE = 64 * 1024;

    private final Consumer<Change> consumer;
    private String event = "";
    private final StringBuilder data = new StringBuilder();

    private ChangeStream(Consumer<Change> consumer) {
        this.consumer = consumer;
    }

    /**
     * An event of the stream.
     *
     * @param event its name, such as {@code incident}; {@code connected} for the start of the stream
     * @param data its data; empty if there is none
     */
    public record Change(String event, String data) {}

    /** The stream has begun: changes from now on are seen. */
    public static final Change CONNECTED = new Change("connected", "");

    static OperatorAnswer read(
            HttpClient http,
            HttpRequest request,
            Duration limit,
            Consumer<Change> consumer,
            Function<@Nullable Throwable, OperatorAnswer> describe) {
        CompletableFuture<HttpResponse<InputStream>> response = http.sendAsync(request, BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> head = response.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            try (InputStream body = head.body()) {
                if (head.statusCode() != 200) {
                    return refused(head.statusCode());
                }
                consumer.accept(CONNECTED);
                new ChangeStream(consumer).readAll(body);
            }
            return ClientProblem.UNREACHABLE.because("the server ended the stream of changes");
        } catch (TimeoutException e) {
            return ClientProblem.UNREACHABLE.because("the stream of changes did not start in time");
        } catch (ExecutionException e) {
            return describe.apply(e.getCause());
        } catch (IOException e) {
            return ClientProblem.UNREACHABLE.because("the stream of changes ended");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ClientProblem.UNREACHABLE.because("interrupted");
        } finally {
            response.cancel(true);
        }
    }

    private static OperatorAnswer refused(int status) {
        return switch (status) {
            case 401 -> ClientProblem.NO_CREDENTIALS.because("the server requires a valid token");
            case 403 -> ClientProblem.NOT_PERMITTED.because("the token does not permit reading changes");
            case 429, 503 -> ClientProblem.UNREACHABLE.because("the server has too many streams of changes");
            default -> ClientProblem.INVALID_ANSWER.because("the stream of changes has status " + status);
        };
    }

    private void readAll(InputStream body) throws IOException {
        AtomicLong lastByte = new AtomicLong(System.nanoTime());
        Thread watchdog = Thread.ofVirtual().start(() -> closeIfSilent(body, lastByte));
        try {
            StringBuilder line = new StringBuilder();
            byte[] buffer = new byte[4096];
            for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
                lastByte.set(System.nanoTime());
                append(line, new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            }
        } finally {
            watchdog.interrupt();
        }
    }

    private static void closeIfSilent(InputStream body, AtomicLong lastByte) {
        try {
            while (System.nanoTime() - lastByte.get() < MAX_SILENCE.toNanos()) {
                Thread.sleep(Duration.ofSeconds(1));
            }
            body.close();
        } catch (InterruptedException e) {
            // The stream has ended.
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of events and ids are ASCII, so that bytes beyond it need no decoding. */
    private void append(StringBuilder line, String text) throws IOException {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '\n') {
                accept(line.toString());
                line.setLength(0);
            } else if (character != '\r') {
                line.append(character);
            }
            if (line.length() > MAX_LINE || data.length() > MAX_LINE) {
                throw new IOException("a change is too long");
            }
        }
    }

    private void accept(String line) {
        if (line.isEmpty()) {
            if (!event.isEmpty() || !data.isEmpty()) {
                consumer.accept(new Change(event, data.toString()));
            }
            event = "";
            data.setLength(0);
        } else if (line.startsWith("event:")) {
            event = line.substring("event:".length()).strip();
        } else if (line.startsWith("data:")) {
            data.append(line.substring("data:".length()).strip());
        }
    }
}
