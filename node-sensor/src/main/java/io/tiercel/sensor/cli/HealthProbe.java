package io.tiercel.sensor.cli;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Asks the sensor's health socket whether it is well, for the exec probes of Kubernetes. It runs in the sensor's container often and
 * without the sensor's jar, so it uses few classes, all of the JDK. The kubelet ends it at the timeout of the probe.
 */
public final class HealthProbe {
    private static final int MAX_REPLY_BYTES = 4 << 10;
    private static final String OK = "HTTP/1.1 200 ";

    private HealthProbe() {}

    /** @param args the socket, and {@code /healthz} or {@code /readyz} */
    public static void main(String[] args) {
        try {
            String reply = reply(args[0], args[1]);
            System.out.println(reply.substring(reply.indexOf("\r\n\r\n") + 1).strip());
            System.exit(reply.startsWith(OK) ? 0 : 1);
        } catch (IOException e) {
            System.out.println("the sensor does not answer: " + e.getMessage());
            System.exit(1);
        }
    }

    private static String reply(String socket, String path) throws IOException {
        try (SocketChannel sensor = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            sensor.write(ByteBuffer.wrap(("GET " + path + " HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer reply = ByteBuffer.allocate(MAX_REPLY_BYTES);
            while (reply.hasRemaining() && sensor.read(reply) >= 0) {
                // The sensor closes the connection after its reply.
            }
            return new String(reply.array(), 0, reply.position(), StandardCharsets.UTF_8);
        }
    }
}
