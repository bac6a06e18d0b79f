package io.tiercel.sensor.grpc;

import io.grpc.StatusException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.tiercel.sensor.grpc.falco.outputs.request;
import io.tiercel.sensor.grpc.falco.outputs.response;
import io.tiercel.sensor.grpc.falco.outputs.serviceGrpc;

/**
 * {@code falco.outputs.service}. Clients send an empty request now and then to show that they are there; the first one
 * begins a {@code get}.
 */
final class FalcoOutputsService extends serviceGrpc.serviceImplBase {
    private final AlertBroadcaster streams;
    private final FalcoAlertEncoder form;

    FalcoOutputsService(AlertBroadcaster streams, FalcoAlertEncoder form) {
        this.streams = streams;
        this.form = form;
    }

    @Override
    public StreamObserver<request> sub(StreamObserver<response> observer) {
        ServerCallStreamObserver<response> stream = (ServerCallStreamObserver<response>) observer;
        streams.prepare(stream);
        try {
            streams.subscribe(SubscriptionFilter.ALL, null, form, stream);
        } catch (StatusException e) {
            stream.onError(e);
        }
        return new Requests(() -> {});
    }

    @Override
    public StreamObserver<request> get(StreamObserver<response> observer) {
        ServerCallStreamObserver<response> stream = (ServerCallStreamObserver<response>) observer;
        streams.prepare(stream);
        return new Requests(() -> {
            try {
                streams.drain(form, stream);
            } catch (StatusException e) {
                stream.onError(e);
            }
        });
    }

    /** What a client sends. That it will send no more does not mean that it reads no more. */
    private static final class Requests implements StreamObserver<request> {
        private final Runnable first;
        private boolean begun;

        Requests(Runnable first) {
            this.first = first;
        }

        @Override
        public void onNext(request ignored) {
            onCompleted();
        }

        @Override
        public void onCompleted() {
            if (!begun) {
                begun = true;
                first.run();
            }
        }

        @Override
        public void onError(Throwable cancelled) {
            // the stream knows that it is cancelled
        }
    }
}
