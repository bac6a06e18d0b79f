package io.tiercel.sensor.grpc;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tiercel.sensor.grpc.GrpcOptions.MutualTlsFiles;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client channel that is independent of the code under test. */
record TestClient(ManagedChannel channel, NioEventLoopGroup loop) implements AutoCloseable {
    /**
     * Creates a client over TLS.
     *
     * @param own certificate and key of the client; null for none
     * @param server files with the authority to trust
     */
    static TestClient tls(int port, @Nullable MutualTlsFiles own, MutualTlsFiles server) throws IOException {
        var credentials = TlsChannelCredentials.newBuilder()
                .trustManager(server.authority().toFile());
        if (own != null) {
            credentials.keyManager(own.certificate().toFile(), own.key().toFile());
        }
        return of(NettyChannelBuilder.forAddress("localhost", port, credentials.build())
                .channelType(NioSocketChannel.class));
    }

    static TestClient unix(Path socket) {
        return of(NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioDomainSocketChannel.class)
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .overrideAuthority("localhost")
                .usePlaintext());
    }

    private static TestClient of(NettyChannelBuilder builder) {
        NioEventLoopGroup loop = new NioEventLoopGroup(1);
        return new TestClient(builder.eventLoopGroup(loop).directExecutor().build(), loop);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
