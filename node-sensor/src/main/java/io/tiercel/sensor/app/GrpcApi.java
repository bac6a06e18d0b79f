package io.tiercel.sensor.app;

import io.tiercel.sensor.grpc.GrpcException;
import io.tiercel.sensor.grpc.GrpcOptions;
import io.tiercel.sensor.grpc.GrpcServer;
import io.tiercel.sensor.output.AlertOutput;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gRPC server of a run, if it is enabled. Otherwise none of its classes are loaded. */
final class GrpcApi implements AutoCloseable {
    private final @Nullable GrpcServer server;
    private @Nullable Thread shutdown;

    private GrpcApi(@Nullable GrpcServer server) {
        this.server = server;
    }

    /**
     * Starts the server.
     *
     * @param options addresses; null for no server
     * @param hostname node name
     * @throws UserErrorException if the server cannot listen
     */
    static GrpcApi open(@Nullable GrpcOptions options, String hostname, StandardStreams streams) {
        if (options == null) {
            return new GrpcApi(null);
        }
        try {
            GrpcServer server = GrpcServer.start(options, hostname, TiercelVersion.VERSION);
            if (options.tcp() != null) {
                streams.info("gRPC on " + options.tcp().host() + ":" + server.port() + ", mutual TLS");
            }
            if (options.socket() != null) {
                streams.info("gRPC on unix:" + options.socket());
            }
            return new GrpcApi(server);
        } catch (GrpcException e) {
            throw UserErrorException.input(e.getMessage());
        }
    }

    /** Returns the outputs and the server, which is an output too. */
    List<AlertOutput> addTo(List<? extends AlertOutput> outputs) {
        List<AlertOutput> all = new ArrayList<>(outputs);
        if (server != null) {
            all.add(server);
        }
        return all;
    }

    /** Starts to end all streams while other parts stop. It takes up to one second. No alert may follow. */
    void beginShutdown() {
        if (server != null && shutdown == null) {
            shutdown = SupervisedThreads.runOnce("grpc-shutdown", server::close);
        }
    }

    @Override
    public void close() {
        beginShutdown();
        try {
            if (shutdown != null) {
                shutdown.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
