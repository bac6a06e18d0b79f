package io.tiercel.sensor.grpc;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.tiercel.sensor.grpc.v1.AlertsGrpc;
import io.tiercel.sensor.grpc.v1.StreamRequest;
import io.tiercel.sensor.grpc.v1.StreamResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/** A client stream that reads as many messages as a test requests. */
final class StreamReader<Q, A> {
    final List<A> messages = Collections.synchronizedList(new ArrayList<>());
    private final ClientCall<Q, A> call;
    private volatile @Nullable Status end;
    private volatile boolean readAll;

    /** Waits long enough for a busy machine. */
    static ConditionFactory awaitServer() {
        return Awaitility.await().atMost(Duration.ofSeconds(60));
    }

    /** Opens a stream that reads nothing yet. */
    static <Q, A> StreamReader<Q, A> open(Channel channel, MethodDescriptor<Q, A> method, Q request) {
        return new StreamReader<>(channel.newCall(method, CallOptions.DEFAULT), request);
    }

    /** Opens a stream of alerts that reads all messages. */
    static StreamReader<StreamRequest, StreamResponse> alerts(Channel channel, StreamRequest request) {
        return open(channel, AlertsGrpc.getStreamMethod(), request).readAll();
    }

    private StreamReader(ClientCall<Q, A> call, Q request) {
        this.call = call;
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(A message) {
                        messages.add(message);
                        if (readAll) {
                            call.request(1);
                        }
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end = status;
                    }
                },
                new Metadata());
        call.sendMessage(request);
        call.halfClose();
    }

    /** Reads all messages from now on. */
    StreamReader<Q, A> readAll() {
        readAll = true;
        call.request(1);
        return this;
    }

    StreamReader<Q, A> awaitMessages(int count) {
        awaitServer().until(() -> messages.size() >= count);
        return this;
    }

    Status awaitEnd() {
        return awaitServer().until(() -> end, Objects::nonNull);
    }

    boolean ended() {
        return end != null;
    }

    void cancel() {
        call.cancel("end of test", null);
    }
}
