package io.tiercel.sensor.grpc;

import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A server channel that limits the number of connections and watches their TLS handshakes. */
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
        connection.pipeline().addLast(new HandshakeGuard(log));
        return count;
    }
}
