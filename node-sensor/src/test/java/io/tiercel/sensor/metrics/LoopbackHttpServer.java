package io.tiercel.sensor.metrics;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Creates HTTP servers for tests. */
public final class LoopbackHttpServer {
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
