package io.tiercel.functions.local.limit;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;

/**
 * Puts a {@link GuardedConnection} before all other handlers of each accepted connection. The limits therefore include connections that
 * never complete a TLS handshake or a request. Netty finds this class as a service.
 */
public final class ConnectionGuard extends ChannelInitializerExtension {
    private static final ConnectionTable TABLE = new ConnectionTable(Limits.MAX_CONNECTIONS);

    /** Makes Netty load this class. Call it before the server starts. */
    public static void enable() {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        channel.pipeline().addFirst(new GuardedConnection(TABLE));
    }
}
