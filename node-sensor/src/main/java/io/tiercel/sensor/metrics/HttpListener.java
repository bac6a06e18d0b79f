package io.tiercel.sensor.metrics;

import io.tiercel.sensor.socket.UnixSocketFile;
import io.tiercel.sensor.thread.SupervisedThread;
import io.tiercel.sensor.thread.SupervisedThreads;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers one HTTP request on each connection, then closes it. A client has five seconds for its request and five more for the reply.
 * {@link ConnectionTable} limits the connections.
 */
final class HttpListener implements AutoCloseable {
    private static final long MAX_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);
    private static final int BACKLOG = 256;

    /** What is read and dropped after the reply. Unread data would turn the end of the connection into a reset. */
    private static final int MAX_DROPPED_BYTES = 64 << 10;

    /** Addresses of IPv6 are counted by their network: one host has all addresses of a /64. */
    private static final int NETWORK_BYTES = 8;

    private final ServerSocketChannel server;
    private final @Nullable UnixSocketFile file;
    private final Function<RequestHead, Reply> handler;
    private final ConnectionTable<Client> connections;
    private final ThreadFactory threads = SupervisedThreads.virtualFactory("metrics-");
    private final SupervisedThread acceptor;
    private final SupervisedThread expiry;

    /**
     * Listens on a TCP address.
     *
     * @throws IOException if the address cannot be bound; the message names it
     */
    static HttpListener tcp(
            InetSocketAddress address, ConnectionTable<Client> connections, Function<RequestHead, Reply> handler)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(address, BACKLOG);
            return new HttpListener(server, null, connections, handler);
        } catch (IOException e) {
            server.close();
            throw new IOException("cannot listen on " + new MetricsAddress(address) + ": " + e.getMessage(), e);
        }
    }

    /**
     * Listens on a Unix socket, to which only processes of the same user can connect.
     *
     * @throws IOException if the socket cannot be created; the message names it
     */
    static HttpListener unix(Path path, ConnectionTable<Client> connections, Function<RequestHead, Reply> handler)
            throws IOException {
        UnixSocketFile file = new UnixSocketFile(path, UnixSocketFile.Access.OWNER);
        file.prepare();
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(file.address(), BACKLOG);
            file.afterBind();
            return new HttpListener(server, file, connections, handler);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private HttpListener(
            ServerSocketChannel server,
            @Nullable UnixSocketFile file,
            ConnectionTable<Client> connections,
            Function<RequestHead, Reply> handler) {
        this.server = server;
        this.file = file;
        this.connections = connections;
        this.handler = handler;
        this.acceptor = SupervisedThread.start(file == null ? "metrics-accept" : "health-accept", this::acceptAll);
        this.expiry = SupervisedThread.start(file == null ? "metrics-expiry" : "health-expiry", this::closeExpired);
    }

    /** Returns the bound address. */
    SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    private void acceptAll() throws InterruptedException {
        while (server.isOpen()) {
            try {
                Client client = new Client(server.accept());
                if (connections.admit(client)) {
                    // One virtual thread per connection, so that slow clients do not delay others.
                    threads.newThread(() -> serve(client)).start();
                } else {
                    client.close();
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                Thread.sleep(CHECK_INTERVAL); // too many open files, for example
            }
        }
    }

    private void closeExpired() throws InterruptedException {
        while (server.isOpen()) {
            Thread.sleep(CHECK_INTERVAL);
            long now = System.nanoTime();
            connections.all().stream()
                    .filter(client -> now - client.sinceNanos > MAX_NANOS)
                    .forEach(Client::close);
        }
    }

    private void serve(Client client) {
        try (client) {
            byte[] head = new byte[RequestHead.MAX_BYTES];
            int length = 0;
            int read = 0;
            while (!RequestHead.isComplete(head, length - read, length)) {
                read = client.channel.read(ByteBuffer.wrap(head, length, head.length - length));
                if (read <= 0) {
                    return; // the end of the stream, or a head that is too large
                }
                length += read;
            }
            RequestHead request = RequestHead.parse(head, length);
            if (request != null) {
                client.answer(handler.apply(request).encoded(!request.isHead()));
            }
        } catch (IOException e) {
            // The client or a limit has closed the connection.
        } finally {
            connections.remove(client);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // It accepts no connection any more.
        }
        acceptor.stop();
        expiry.stop();
        connections.all().forEach(Client::close);
        if (file != null) {
            file.delete();
        }
    }

    /** A connection of a client. */
    static final class Client implements ConnectionTable.Connection, AutoCloseable {
        private final SocketChannel channel;
        private final Object source;
        private volatile boolean idle = true;
        private volatile long sinceNanos = System.nanoTime();

        private Client(SocketChannel channel) throws IOException {
            this.channel = channel;
            this.source = channel.getRemoteAddress() instanceof InetSocketAddress remote
                    ? network(remote.getAddress())
                    : "unix";
        }

        private static Object network(InetAddress address) {
            return address instanceof Inet6Address
                    ? ByteBuffer.wrap(Arrays.copyOf(address.getAddress(), NETWORK_BYTES))
                    : address;
        }

        @Override
        public Object source() {
            return source;
        }

        @Override
        public boolean idle() {
            return idle;
        }

        private void answer(byte[] reply) throws IOException {
            idle = false;
            sinceNanos = System.nanoTime();
            ByteBuffer left = ByteBuffer.wrap(reply);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            idle = true;
            channel.shutdownOutput();
            ByteBuffer dropped = ByteBuffer.allocate(1 << 10);
            int total = 0;
            for (int read = 0; read >= 0 && total < MAX_DROPPED_BYTES; total += read) {
                read = channel.read(dropped.clear());
            }
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // The connection has ended.
            }
        }
    }
}
