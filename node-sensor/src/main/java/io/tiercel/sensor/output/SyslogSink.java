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
 * Sends alerts to a system log as RFC 5424 messages: severity is the alert's priority, which are the same eight, and the
 * message the alert in its form.
 */
public final class SyslogSink implements AlertSink {
    /** What every receiver of datagrams takes without cutting: RFC 5426 3.2 asks for 2,048, common ones take this. */
    private static final int MAX_DATAGRAM = 8_192;

    private static final int MAX_FRAME = 256 * 1024;
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final SyslogAddress address;
    private final OutgoingAlert.Form form;
    private final int facility;
    private final String process = Long.toString(ProcessHandle.current().pid());
    private @Nullable WritableByteChannel channel;
    private boolean framed;
    private volatile boolean closed;

    /**
     * Will send to an address.
     *
     * @param facility RFC 5424 table 1, 0 to 23, e.g. 4 for {@code auth}
     */
    public SyslogSink(SyslogAddress address, OutgoingAlert.Form form, int facility) {
        if (facility < 0 || facility > 23) {
            throw new IllegalArgumentException("a facility is a number from 0 to 23, not " + facility);
        }
        this.address = address;
        this.form = form;
        this.facility = facility;
    }

    @Override
    public void write(OutgoingAlert alert) throws IOException {
        WritableByteChannel out = connected();
        byte[] message = message(alert);
        boolean datagram = !(out instanceof SocketChannel);
        message = cut(message, datagram ? MAX_DATAGRAM : MAX_FRAME);
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
                + word(alert.hostname(), 255) + " tiercel " + process + " " + word(alert.source(), 32) + " - ";
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        message.writeBytes(BYTE_ORDER_MARK);
        message.writeBytes(outgoing.bytes(form));
        return message.toByteArray();
    }

    /** A header field: printable ASCII without blanks, limited, {@code -} for nothing. */
    private static String word(String text, int limit) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < text.length() && word.length() < limit; i++) {
            char c = text.charAt(i);
            word.append(c > ' ' && c < 0x7f ? c : '_');
        }
        return word.isEmpty() ? "-" : word.toString();
    }

    /** Without splitting a character of UTF-8. */
    private static byte[] cut(byte[] message, int limit) {
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
        if (channel instanceof SocketChannel stream && isGone(stream)) {
            disconnect();
        }
        WritableByteChannel open = channel;
        if (open == null) {
            open = connect();
            channel = open;
        }
        return open;
    }

    /** A write after the other side has closed would seem to succeed. What it sends is of no interest. */
    private static boolean isGone(SocketChannel stream) {
        try {
            stream.configureBlocking(false);
            boolean gone = stream.read(ByteBuffer.allocate(512)) < 0;
            stream.configureBlocking(true);
            return gone;
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

    /** Most system logs listen for datagrams, some for a stream: a socket says by an error that it is of the other kind. */
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

    /** Each write is a datagram to one address. */
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
            throw new IOException("no address is known for " + host);
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
                // it was broken already
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        disconnect();
    }
}
