package io.tiercel.sensor.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection that does not begin a TLS handshake in time, and logs why others fail. Otherwise clients that send nothing could hold
 * all connections. Runs on the event loop, and removes itself after the first message of the handshake.
 */
final class HandshakeGuard extends ChannelInboundHandlerAdapter {
    /** Maximum time from the connection to the end of the client's first message. */
    static final long HELLO_MILLIS = 2_000;

    /** A TLS record begins with its type, version and length (RFC 8446, section 5.1). */
    private static final int RECORD_HEADER_BYTES = 5;

    private static final String HTTP_2 = "h2";

    private final RejectedConnectionLog log;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean observed;
    private long received;
    private long recordBytes;

    HandshakeGuard(RejectedConnectionLog log) {
        this.log = log;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = context.executor().schedule(() -> expire(context), HELLO_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void expire(ChannelHandlerContext context) {
        log.rejected(
                context.channel().remoteAddress(), "no TLS: no complete ClientHello within " + HELLO_MILLIS + " ms");
        context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            observe(context);
            count(bytes);
        }
        boolean helloComplete = received >= RECORD_HEADER_BYTES && received >= RECORD_HEADER_BYTES + recordBytes;
        if (helloComplete) {
            context.pipeline().remove(this);
        }
        context.fireChannelRead(message);
    }

    /** Reads the length of the first record, of which a part may arrive in each message. */
    private void count(ByteBuf bytes) {
        for (int i = bytes.readerIndex(); i < bytes.writerIndex() && received < RECORD_HEADER_BYTES; i++) {
            if (received >= RECORD_HEADER_BYTES - Short.BYTES) {
                recordBytes = recordBytes << Byte.SIZE | bytes.getUnsignedByte(i);
            }
            received++;
            if (received == RECORD_HEADER_BYTES) {
                received += bytes.writerIndex() - i - 1;
                return;
            }
        }
        received += received > RECORD_HEADER_BYTES ? bytes.readableBytes() : 0;
    }

    private void observe(ChannelHandlerContext context) {
        SslHandler tls = context.pipeline().get(SslHandler.class);
        if (!observed && tls != null) {
            observed = true;
            tls.handshakeFuture().addListener(handshake -> report(context, tls, handshake));
        }
    }

    private void report(ChannelHandlerContext context, SslHandler tls, Future<?> handshake) {
        if (!handshake.isSuccess()) {
            log.rejected(context.channel().remoteAddress(), HandshakeFailures.describe(handshake.cause()));
        } else if (!HTTP_2.equals(tls.applicationProtocol())) {
            // gRPC closes the connection without a message.
            log.rejected(
                    context.channel().remoteAddress(), "no ALPN: the client does not offer the protocol " + HTTP_2);
        }
    }
}
