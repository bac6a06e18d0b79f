package io.tiercel.sensor.output;

import io.tiercel.rules.alert.Alert;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import jnr.unixsocket.UnixDatagramChannel;
import jnr.unixsocket.UnixSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A sink that sends RFC 5424 messages. The severity is the priority of the alert, which has the same eight levels.
 */
public final class SyslogSink implements AlertSink {
    /**
     * Maximum size of a datagram. RFC 5426, section 3.2, requires receivers to accept 2,048 bytes; common ones accept
     * 8,192.
     */
    private static final int MAX_DATAGRAM = 8_192;

    private static final int MAX_FRAME = 256 * 1024;
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final SyslogAddress address;
    private final AlertFormat format;
    private final int facility;
    private final String processId = Long.toString(ProcessHandle.current().pid());
    private @Nullable WritableByteChannel channel;
    private boolean framed;
    private volatile boolean closed;

    /**
     * Creates a sink. It connects when it sends the first alert.
     *
     * @param facility facility of RFC 5424, table 1: 0 to 23, e.g. 4 for {@code auth}
     */
    public SyslogSink(SyslogAddress address, AlertFormat format, int facility) {
        if (facility < 0 || facility > 23) {
            throw new IllegalArgumentException("the facility must be 0 to 23, not " + facility);
        }
        this.address = address;
        this.format = format;
        this.facility = facility;
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException {
        WritableByteChannel out = connected();
        byte[] message = message(alert);
        boolean datagram = !(out instanceof SocketChannel);
        message = truncate(message, datagram ? MAX_DATAGRAM : MAX_FRAME);
        ByteBuffer bytes = ByteBuffer.wrap(framed ? frame(message) : datagram ? message : line(message));
        try {
            do {
                out.write(bytes);
            } while (bytes.hasRemaining());
        } catch (IOException e) {
            disconnect();
            throw e;
        }
    }

    private byte[] message(OutgoingAlert outgoing) {
        Alert alert = outgoing.alert();
        long seconds = Math.floorDiv(alert.timeNanos(), 1_000_000_000L);
        String time = TIME.format(Instant.ofEpochSecond(seconds, Math.floorMod(alert.timeNanos(), 1_000_000_000L))
                .atOffset(ZoneOffset.UTC));
        String header = "<" + (facility * 8 + alert.priority().ordinal()) + ">1 " + time + " "
                + headerField(alert.hostname(), 255) + " tiercel " + processId + " " + headerField(alert.source(), 32)
                + " - ";
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        message.writeBytes(BYTE_ORDER_MARK);
        message.writeBytes(outgoing.bytes(format));
        return message.toByteArray();
    }

    /** Converts a header field to printable ASCII without spaces, truncated to a limit. An empty text becomes {@code -}. */
    private static String headerField(String text, int limit) {
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < text.length() && field.length() < limit; i++) {
            char c = text.charAt(i);
            field.append(c > ' ' && c < 0x7f ? c : '_');
        }
        return field.isEmpty() ? "-" : field.toString();
    }

    /** Cuts a message to a limit without splitting a UTF-8 character. */
    private static byte[] truncate(byte[] message, int limit) {
        if (message.length <= limit) {
            return message;
        }
        int end = limit;
        while (end > 0 && (message[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(message, end);
    }

    private static byte[] frame(byte[] message) {
        byte[] length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] frame = Arrays.copyOf(length, length.length + message.length);
        System.arraycopy(message, 0, frame, length.length, message.length);
        return frame;
    }

    private static byte[] line(byte[] message) {
        byte[] line = Arrays.copyOf(message, message.length + 1);
        line[message.length] = '\n';
        return line;
    }

    private synchronized WritableByteChannel connected() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        if (channel instanceof SocketChannel stream && isClosedByPeer(stream)) {
            disconnect();
        }
        WritableByteChannel open = channel;
        if (open == null) {
            open = connect();
            channel = open;
        }
        return open;
    }

    /**
     * Detects that the receiver closed the connection: a write would appear to succeed. The sink ignores data that the
     * receiver sends.
     */
    private static boolean isClosedByPeer(SocketChannel stream) {
        try {
            stream.configureBlocking(false);
            boolean closedByPeer = stream.read(ByteBuffer.allocate(512)) < 0;
            stream.configureBlocking(true);
            return closedByPeer;
        } catch (IOException e) {
            return true;
        }
    }

    private WritableByteChannel connect() throws IOException {
        return switch (address) {
            case SyslogAddress.Local local -> local(local);
            case SyslogAddress.Udp udp -> {
                framed = false;
                DatagramChannel datagrams = DatagramChannel.open();
                yield datagrams.connect(resolved(udp.host(), udp.port()));
            }
            case SyslogAddress.Tcp tcp -> {
                framed = true;
                SocketChannel stream = SocketChannel.open();
                try {
                    stream.socket().connect(resolved(tcp.host(), tcp.port()), CONNECT_TIMEOUT_MS);
                } catch (IOException e) {
                    stream.close();
                    throw e;
                }
                yield stream;
            }
        };
    }

    /**
     * Connects to a Unix socket. Most syslog daemons listen for datagrams, some for a stream; connect fails if the type
     * is wrong.
     */
    private WritableByteChannel local(SyslogAddress.Local local) throws IOException {
        framed = false;
        if (!Files.exists(local.socket())) {
            throw new NoSuchFileException(local.socket() + " does not exist");
        }
        SocketChannel stream = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            stream.connect(UnixDomainSocketAddress.of(local.socket()));
            return stream;
        } catch (IOException e) {
            stream.close();
        }
        return new LocalDatagrams(
                UnixDatagramChannel.open(), new UnixSocketAddress(local.socket().toFile()));
    }

    /** A channel that sends each write as a datagram to one address. */
    private record LocalDatagrams(UnixDatagramChannel channel, UnixSocketAddress to) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            return channel.send(bytes, to);
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static InetSocketAddress resolved(String host, int port) throws IOException {
        InetSocketAddress found = new InetSocketAddress(host, port);
        if (found.isUnresolved()) {
            throw new IOException("cannot resolve host " + host);
        }
        return found;
    }

    private synchronized void disconnect() {
        WritableByteChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // The connection is already broken.
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
