package io.tiercel.sensor.grpc;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server channel that limits the number of connections and logs failed TLS handshakes. */
final class GuardedServerChannel extends NioServerSocketChannel {
    private final int maxConnections;
    private final RejectedConnectionLog log;
    private final AtomicInteger open = new AtomicInteger();

    GuardedServerChannel(int maxConnections, RejectedConnectionLog log) {
        this.maxConnections = maxConnections;
        this.log = log;
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        int before = accepted.size();
        int count = super.doReadMessages(accepted);
        if (count <= 0) {
            return count;
        }
        Channel connection = (Channel) accepted.get(before);
        if (open.get() >= maxConnections) {
            accepted.remove(before);
            log.rejected(connection.remoteAddress(), "the maximum of " + maxConnections + " connections is reached");
            connection.unsafe().closeForcibly();
            return 0;
        }
        open.incrementAndGet();
        connection.closeFuture().addListener(_ -> open.decrementAndGet());
        connection.pipeline().addLast(new HandshakeObserver(log));
        return count;
    }

    /** Observes the TLS handshake when the first bytes arrive, and removes itself. */
    private static final class HandshakeObserver extends ChannelInboundHandlerAdapter {
        private final RejectedConnectionLog log;

        HandshakeObserver(RejectedConnectionLog log) {
            this.log = log;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            Channel connection = context.channel();
            SslHandler tls = connection.pipeline().get(SslHandler.class);
            if (tls != null) {
                tls.handshakeFuture().addListener(handshake -> {
                    if (!handshake.isSuccess()) {
                        log.rejected(connection.remoteAddress(), reason(handshake.cause()));
                    }
                });
            }
            context.pipeline().remove(this);
            context.fireChannelRead(bytes);
        }

        private static String reason(Throwable failure) {
            Throwable reason = failure;
            for (int depth = 0; depth < 5 && reason.getCause() != null; depth++) {
                reason = reason.getCause();
            }
            return String.valueOf(reason.getMessage());
        }
    }
}
