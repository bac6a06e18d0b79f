package io.tiercel.sensor.grpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.tiercel.rules.alert.Alert;
import io.tiercel.sensor.grpc.GrpcOptions.Tcp;
import io.tiercel.sensor.output.AlertOutput;
import io.tiercel.sensor.socket.UnixSocketFile;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The gRPC server. It serves Falco's outputs and version services, {@code tiercel.v1.Alerts}, health and reflection.
 * Over TCP, clients need a certificate; over a Unix socket, they need permission to open it.
 *
 * <p>One thread serves connections, two threads run calls (at most {@value #CALLS} for each connection), and one thread
 * sends alerts to streams.
 */
public final class GrpcServer implements AlertOutput, AutoCloseable {
    private static final int CALLS = 40;
    private static final int THREADS = 2;
    private static final int REQUEST_BYTES = 64 * 1024;
    private static final int HEADER_BYTES = 8 * 1024;
    private static final int HANDSHAKE_SECONDS = 10;
    private static final int PING_SECONDS = 60;
    private static final int PING_TIMEOUT_SECONDS = 20;
    private static final int MIN_CLIENT_PING_SECONDS = 10;
    private static final int IDLE_MINUTES = 5;
    private static final long STOP_MILLIS = 200;
    /** Uses chunks of 64 KiB instead of 4 MiB, which is enough for the few subscribers of a node. */
    private static final int CHUNK_ORDER = 3;

    private static final int PAGE_BYTES = 8192;

    /**
     * A strong reference, because a collected logger loses its level. {@link RejectedConnectionLog} replaces its
     * messages.
     */
    private static final Logger FAILED_CONNECTIONS = Logger.getLogger("io.grpc.netty.NettyServerTransport.connections");

    private final AlertBroadcaster broadcaster;
    private final HealthStatusManager health = new HealthStatusManager();
    private final List<Server> servers = new ArrayList<>();
    private final List<BindableService> services;
    private final EventLoopGroup loop = new NioEventLoopGroup(1, SupervisedThreads.factory("grpc-"));
    private final ExecutorService calls =
            Executors.newFixedThreadPool(THREADS, SupervisedThreads.factory("grpc-calls-"));
    private final ByteBufAllocator buffers = new PooledByteBufAllocator(true, 0, 1, PAGE_BYTES, CHUNK_ORDER);
    private final GrpcLimits limits;
    private final RejectedConnectionLog log;
    private @Nullable ReloadingTls tls;
    private @Nullable UnixSocketFile socket;
    private int port = -1;

    /**
     * Starts a server.
     *
     * @param hostname node name
     * @param version version of this program: three numbers, separated by dots
     * @throws GrpcException if an address or a file cannot be used
     */
    public static GrpcServer start(GrpcOptions options, String hostname, String version) throws GrpcException {
        return start(options, hostname, version, GrpcLimits.defaults());
    }

    static GrpcServer start(GrpcOptions options, String hostname, String version, GrpcLimits limits)
            throws GrpcException {
        return start(options, hostname, version, limits, new RejectedConnectionLog());
    }

    static GrpcServer start(
            GrpcOptions options, String hostname, String version, GrpcLimits limits, RejectedConnectionLog log)
            throws GrpcException {
        FAILED_CONNECTIONS.setLevel(Level.OFF);
        GrpcServer server = new GrpcServer(hostname, version, limits, log);
        try {
            if (options.tcp() != null) {
                server.listen(options.tcp());
            }
            if (options.socket() != null) {
                server.listen(options.socket());
            }
            return server;
        } catch (GrpcException e) {
            server.close();
            throw e;
        }
    }

    private GrpcServer(String hostname, String version, GrpcLimits limits, RejectedConnectionLog log) {
        this.log = log;
        this.limits = limits;
        this.broadcaster = AlertBroadcaster.start(limits);
        this.services = List.of(
                new FalcoOutputsService(broadcaster, new FalcoAlertEncoder(hostname)),
                new FalcoVersionService(version),
                new AlertsService(broadcaster),
                health.getHealthService(),
                ProtoReflectionServiceV1.newInstance());
    }

    private void listen(Tcp tcp) throws GrpcException {
        ReloadingTls files = ReloadingTls.start(tcp.files());
        tls = files;
        InetSocketAddress address = new InetSocketAddress(tcp.host(), tcp.port());
        if (address.isUnresolved()) {
            throw new GrpcException("cannot resolve the host " + tcp.host() + " to listen on");
        }
        ClientNameInterceptor names = new ClientNameInterceptor(tcp.allowedClients(), files, log);
        NettyServerBuilder builder = withLimits(NettyServerBuilder.forAddress(address))
                .channelFactory(() -> new GuardedServerChannel(limits.connections(), log))
                .sslContext(files.context());
        services.forEach(service -> builder.addService(ServerInterceptors.intercept(service, names)));
        port = start(builder, tcp.host() + ":" + tcp.port()).getPort();
    }

    private void listen(Path path) throws GrpcException {
        UnixSocketFile file = new UnixSocketFile(path, UnixSocketFile.Access.OWNER_AND_GROUP);
        try {
            file.prepare();
        } catch (IOException e) {
            throw new GrpcException(String.valueOf(e.getMessage()));
        }
        NettyServerBuilder builder = withLimits(NettyServerBuilder.forAddress(file.address()))
                .channelType(NioServerDomainSocketChannel.class)
                // gRPC sets this option by default, but Unix sockets do not have it.
                .withChildOption(ChannelOption.SO_KEEPALIVE, null);
        services.forEach(builder::addService);
        start(builder, path.toString());
        socket = file;
        try {
            file.afterBind();
        } catch (IOException e) {
            throw new GrpcException(String.valueOf(e.getMessage()));
        }
    }

    private NettyServerBuilder withLimits(NettyServerBuilder builder) {
        return builder.bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .withOption(ChannelOption.ALLOCATOR, buffers)
                .withChildOption(ChannelOption.ALLOCATOR, buffers)
                .executor(calls)
                .maxConcurrentCallsPerConnection(CALLS)
                .maxInboundMessageSize(REQUEST_BYTES)
                .maxInboundMetadataSize(HEADER_BYTES)
                .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PING_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveTime(MIN_CLIENT_PING_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES);
    }

    private Server start(NettyServerBuilder builder, String address) throws GrpcException {
        try {
            Server server = builder.build().start();
            servers.add(server);
            return server;
        } catch (IOException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new GrpcException("gRPC cannot listen on " + address + ": " + reason.getMessage());
        }
    }

    /** Returns the TCP port, or -1 if there is none. */
    public int port() {
        return port;
    }

    /** Returns the number of open streams. */
    int subscribers() {
        return broadcaster.subscribers();
    }

    @Override
    public void alert(Alert alert) {
        broadcaster.add(alert);
    }

    /** Sends waiting alerts for up to half a second, and ends all streams. Takes up to one second. */
    @Override
    public void close() {
        health.enterTerminalState();
        broadcaster.close();
        servers.forEach(Server::shutdown);
        try {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STOP_MILLIS);
            for (Server server : servers) {
                if (!server.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    server.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            servers.forEach(Server::shutdownNow);
            Thread.currentThread().interrupt();
        }
        loop.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS);
        calls.shutdownNow();
        if (tls != null) {
            tls.close();
        }
        if (socket != null) {
            socket.delete();
        }
    }
}
