package io.tiercel.sensor.metrics;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Creates HTTP servers for tests. The JDK's HTTP server reads its limits once per JVM, and {@link MetricsServer} sets them. This
 * class loads it first, so that a stub of another test does not leave the metrics server without limits.
 */
public final class LoopbackHttpServer {
    static {
        try {
            Class.forName(MetricsServer.class.getName());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private LoopbackHttpServer() {}

    /**
     * Creates a server that is not started yet.
     *
     * @param port the port; 0 for any
     */
    public static HttpServer create(int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    }
}
