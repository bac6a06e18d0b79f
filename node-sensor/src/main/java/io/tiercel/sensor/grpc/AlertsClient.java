package io.tiercel.sensor.grpc;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.alert.Priority;
import io.tiercel.sensor.grpc.GrpcOptions.Address;
import io.tiercel.sensor.grpc.GrpcOptions.MutualTlsFiles;
import io.tiercel.sensor.grpc.v1.AlertsGrpc;
import io.tiercel.sensor.grpc.v1.Missed;
import io.tiercel.sensor.grpc.v1.StreamRequest;
import io.tiercel.sensor.grpc.v1.StreamResponse;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A client of {@code tiercel.v1.Alerts}. */
public final class AlertsClient implements AutoCloseable {
    private static final int MESSAGE_BYTES = 4 << 20;
    private static final int PING_SECONDS = 30;

    /** Receives the stream on a thread of the client. The client requests the next message when the call returns. */
    public interface Receiver {
        void onAlert(Alert alert);

        /**
         * Reports alerts that are missing at this position.
         *
         * @param count missing alerts that match the request
         * @param unfiltered missing alerts that the filter was not applied to
         * @param unknown whether an unknown number of further alerts may be missing
         * @param byRule those of {@code count} whose rule is known, by rule
         */
        void onGap(long count, long unfiltered, boolean unknown, Map<String, Long> byRule);
    }

    private final EventLoopGroup loop = new NioEventLoopGroup(1, SupervisedThreads.factory("grpc-client-"));
    private final ManagedChannel channel;

    /**
     * Creates a client of a TCP address.
     *
     * @throws GrpcException if the files are invalid
     */
    public static AlertsClient connect(Address address, MutualTlsFiles files) throws GrpcException {
        TlsMaterial.read(files);
        try {
            var credentials = TlsChannelCredentials.newBuilder()
                    .keyManager(files.certificate().toFile(), files.key().toFile())
                    .trustManager(files.authority().toFile())
                    .build();
            return new AlertsClient(NettyChannelBuilder.forAddress(address.host(), address.port(), credentials)
                    .channelType(NioSocketChannel.class));
        } catch (IOException e) {
            throw new GrpcException("cannot read the certificates: " + e);
        }
    }

    /** Creates a client of a Unix socket. */
    public static AlertsClient connect(Path socket) {
        return new AlertsClient(NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioDomainSocketChannel.class)
                // gRPC sets this option by default, but Unix sockets do not have it.
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .overrideAuthority("localhost")
                .usePlaintext());
    }

    private AlertsClient(NettyChannelBuilder builder) {
        this.channel = builder.eventLoopGroup(loop)
                .directExecutor()
                .maxInboundMessageSize(MESSAGE_BYTES)
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .build();
    }

    /**
     * Reads until the sensor ends the stream or the time is over.
     *
     * @param filter condition on alerts; empty for all alerts
     * @param threshold minimum priority
     * @param resumeAfter id of the last alert that was received; empty for new alerts only
     * @param seconds maximum duration; null for no limit
     * @throws GrpcException if the sensor is unreachable, rejects the request, or shuts down
     */
    public void read(
            String filter, Priority threshold, String resumeAfter, @Nullable Integer seconds, Receiver receiver)
            throws GrpcException, InterruptedException {
        StreamRequest request = StreamRequest.newBuilder()
                .setFilter(filter)
                .setMinimumPriorityValue(threshold.ordinal() + 1)
                .setResumeAfter(resumeAfter)
                .build();
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<StreamRequest, StreamResponse> call =
                channel.newCall(AlertsGrpc.getStreamMethod(), CallOptions.DEFAULT);
        call.start(new Listener(call, receiver, end), new Metadata());
        call.request(1);
        call.sendMessage(request);
        call.halfClose();
        try {
            Status status = seconds == null ? end.get() : end.get(seconds, TimeUnit.SECONDS);
            if (!status.isOk()) {
                throw new GrpcException(reason(status), status.getCode() == Status.Code.UNAVAILABLE);
            }
        } catch (TimeoutException e) {
            call.cancel("the requested duration is over", null);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String reason(Status status) {
        Throwable cause = status.getCause();
        for (int depth = 0; depth < 5 && cause != null && cause.getCause() != null; depth++) {
            cause = cause.getCause();
        }
        String text = status.getDescription() == null ? "" : ": " + status.getDescription();
        return status.getCode() + text + (cause == null ? "" : " (" + cause.getMessage() + ")");
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 100, TimeUnit.MILLISECONDS);
    }

    private static final class Listener extends ClientCall.Listener<StreamResponse> {
        private final ClientCall<StreamRequest, StreamResponse> call;
        private final Receiver receiver;
        private final CompletableFuture<Status> end;

        Listener(ClientCall<StreamRequest, StreamResponse> call, Receiver receiver, CompletableFuture<Status> end) {
            this.call = call;
            this.receiver = receiver;
            this.end = end;
        }

        @Override
        public void onMessage(StreamResponse message) {
            switch (message.getContentCase()) {
                case ALERT -> receiver.onAlert(TiercelAlertEncoder.decode(message.getAlert()));
                case MISSED -> {
                    Missed missed = message.getMissed();
                    receiver.onGap(
                            missed.getCount(), missed.getUnfiltered(), missed.getUnknown(), missed.getByRuleMap());
                }
                case CONTENT_NOT_SET -> {
                    // A message type of a newer sensor.
                }
            }
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.complete(status);
        }
    }
}
