package io.tiercel.sensor.grpc;

import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tiercel.sensor.grpc.falco.outputs.request;
import io.tiercel.sensor.grpc.falco.outputs.response;
import io.tiercel.sensor.grpc.falco.outputs.serviceGrpc;

/**
 * The service {@code falco.outputs.service}. Clients send an empty request now and then as a keepalive; the first one
 * starts a {@code get}.
 */
final class FalcoOutputsService extends serviceGrpc.serviceImplBase {
    private final AlertBroadcaster broadcaster;
    private final FalcoAlertEncoder encoder;

    FalcoOutputsService(AlertBroadcaster broadcaster, FalcoAlertEncoder encoder) {
        this.broadcaster = broadcaster;
        this.encoder = encoder;
    }

    @Override
    public StreamObserver<request> sub(StreamObserver<response> observer) {
        ServerCallStreamObserver<response> stream = (ServerCallStreamObserver<response>) observer;
        broadcaster.prepare(stream);
        try {
            broadcaster.subscribe(SubscriptionFilter.ALL, null, encoder, stream);
        } catch (StatusException e) {
            stream.onError(e);
        }
        return new RequestObserver(() -> {});
    }

    @Override
    public StreamObserver<request> get(StreamObserver<response> observer) {
        ServerCallStreamObserver<response> stream = (ServerCallStreamObserver<response>) observer;
        broadcaster.prepare(stream);
        return new RequestObserver(() -> {
            try {
                broadcaster.drain(encoder, stream);
            } catch (StatusException e) {
                stream.onError(e);
            }
        });
    }

    /** The requests of a client. A client that sends no more requests may still read. */
    private static final class RequestObserver implements StreamObserver<request> {
        private final Runnable onFirstRequest;
        private boolean started;

        RequestObserver(Runnable onFirstRequest) {
            this.onFirstRequest = onFirstRequest;
        }

        @Override
        public void onNext(request ignored) {
            onCompleted();
        }

        @Override
        public void onCompleted() {
            if (!started) {
                started = true;
                onFirstRequest.run();
            }
        }

        @Override
        public void onError(Throwable cancelled) {
            // The stream handles its own cancellation.
        }
    }
}
