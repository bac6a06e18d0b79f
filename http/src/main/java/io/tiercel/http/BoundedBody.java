package io.tiercel.http;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Receives a response: keeps the beginning of its body and skips the rest, so that the connection can be used again. A body of more
 * than {@link #MAX_SKIPPED_BYTES} beyond that ends the connection. The client's threads write, and the caller's thread reads.
 */
final class BoundedBody implements BodySubscriber<BoundedBody> {
    private static final int MAX_SKIPPED_BYTES = 64 * 1024;

    private final ResponseInfo head;
    private final int maxBytes;
    private final CompletableFuture<BoundedBody> received = new CompletableFuture<>();
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private long skipped;
    private boolean complete;
    private Flow.@Nullable Subscription subscription;

    BoundedBody(ResponseInfo head, int maxBytes) {
        this.head = head;
        this.maxBytes = maxBytes;
    }

    /** The status and the headers. */
    ResponseInfo head() {
        return head;
    }

    /** The beginning of the body that has arrived so far. */
    synchronized String text() {
        return kept.toString(StandardCharsets.UTF_8);
    }

    /** Returns whether the whole body has arrived and was kept. */
    synchronized boolean complete() {
        return complete && skipped == 0;
    }

    @Override
    public CompletionStage<BoundedBody> getBody() {
        return received;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
        synchronized (this) {
            subscription = newSubscription;
        }
        newSubscription.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[Math.min(buffer.remaining(), maxBytes - kept.size())];
            buffer.get(bytes);
            kept.writeBytes(bytes);
            skipped += buffer.remaining();
        }
        if (skipped > MAX_SKIPPED_BYTES && subscription != null) {
            subscription.cancel();
            received.complete(this);
        }
    }

    @Override
    public void onError(Throwable error) {
        received.completeExceptionally(error);
    }

    @Override
    public void onComplete() {
        synchronized (this) {
            complete = true;
        }
        received.complete(this);
    }
}
