package io.tiercel.sensor.app;

import io.tiercel.sensor.grpc.GrpcException;
import io.tiercel.sensor.grpc.GrpcOptions;
import io.tiercel.sensor.grpc.GrpcServer;
import io.tiercel.sensor.output.AlertOutput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gRPC API of one run, if it was asked for: otherwise nothing of it is loaded. */
final class GrpcApi implements AutoCloseable {
    private final @Nullable GrpcServer server;
    private @Nullable Thread closing;

    private GrpcApi(@Nullable GrpcServer server) {
        this.server = server;
    }

    /**
     * Starts it.
     *
     * @param options null for no API
     * @param hostname the node
     * @throws UserErrorException if it cannot listen
     */
    static GrpcApi open(@Nullable GrpcOptions options, String hostname, StandardStreams streams) {
        if (options == null) {
            return new GrpcApi(null);
        }
        try {
            GrpcServer server = GrpcServer.start(options, hostname, TiercelVersion.VERSION);
            if (options.tcp() != null) {
                streams.say("gRPC on " + options.tcp().host() + ":" + server.port() + ", mutual TLS");
            }
            if (options.socket() != null) {
                streams.say("gRPC on unix:" + options.socket());
            }
            return new GrpcApi(server);
        } catch (GrpcException e) {
            throw UserErrorException.input(e.getMessage());
        }
    }

    /** The outputs, and the API behind them. */
    List<AlertOutput> with(List<? extends AlertOutput> outputs) {
        List<AlertOutput> all = new ArrayList<>(outputs);
        if (server != null) {
            all.add(server);
        }
        return all;
    }

    /** Begins to end all streams, which takes a second at most, while others do the same; no alert follows. */
    void end() {
        if (server != null && closing == null) {
            closing = Thread.ofVirtual().start(server::close);
        }
    }

    @Override
    public void close() {
        end();
        try {
            if (closing != null) {
                closing.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
