package io.tiercel.functions.local.limit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Closes a connection whose next request does not arrive in time. Received bytes do not extend the time; only a request does. */
public final class GuardedConnection extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<GuardedConnection> KEY = AttributeKey.valueOf(GuardedConnection.class, "guard");

    private final ConnectionTable table;
    private @Nullable ChannelHandlerContext context;

    // Only the connection's event loop uses these fields.
    private int requests;
    private long deadlineNanos;

    GuardedConnection(ConnectionTable table) {
        this.table = table;
    }

    /** Suspends the deadline of a connection, whose request has complete headers. Call it on the event loop of the channel. */
    public static void requestStarted(Channel channel) {
        GuardedConnection connection = channel.attr(KEY).get();
        if (connection != null && connection.requests++ == 0) {
            connection.table.setWaiting(connection, false);
        }
    }

    /** Starts the deadline of the next request. Any thread may call it. */
    public static void requestEnded(Channel channel) {
        GuardedConnection connection = channel.attr(KEY).get();
        if (connection != null) {
            channel.eventLoop().execute(connection::endRequest);
        }
    }

    private void endRequest() {
        if (--requests == 0) {
            setDeadline(Limits.NEXT_REQUEST);
            table.setWaiting(this, true);
        }
    }

    private void setDeadline(Duration time) {
        deadlineNanos = System.nanoTime() + time.toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        added.channel().attr(KEY).set(this);
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        if (!table.add(this)) {
            active.close();
            return;
        }
        setDeadline(Limits.FIRST_REQUEST);
        check(active);
        active.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        table.remove(this);
        inactive.fireChannelInactive();
    }

    private void check(ChannelHandlerContext active) {
        if (!active.channel().isActive()) {
            return;
        }
        long left = deadlineNanos - System.nanoTime();
        if (requests > 0) {
            left = Limits.FIRST_REQUEST.toNanos();
        } else if (left <= 0) {
            active.close();
            return;
        }
        active.executor().schedule(() -> check(active), left, TimeUnit.NANOSECONDS);
    }

    /** Closes the connection. Any thread may call it. */
    void close() {
        ChannelHandlerContext added = context;
        if (added != null) {
            added.close();
        }
    }
}
