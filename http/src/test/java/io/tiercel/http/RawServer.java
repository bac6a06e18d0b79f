package io.tiercel.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on this machine that reads requests without a body and writes whatever bytes a test wants. */
final class RawServer implements AutoCloseable {
    private final ServerSocket socket;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger connections = new AtomicInteger();

    /** Writes the response to a request. */
    interface Responder {
        void respond(String requestLine, OutputStream out) throws IOException, InterruptedException;
    }

    RawServer(Responder responder) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), responder);
    }

    RawServer(ServerSocket socket, Responder responder) {
        this.socket = socket;
        var _ = threads.submit(() -> {
            while (!socket.isClosed()) {
                Socket client = socket.accept();
                connections.incrementAndGet();
                var _ = threads.submit(() -> serve(client, responder));
            }
            return null;
        });
    }

    private static Void serve(Socket client, Responder responder) throws IOException, InterruptedException {
        try (client) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = in.readLine();
            while (line != null) {
                String header = in.readLine();
                while (header != null && !header.isEmpty()) {
                    header = in.readLine();
                }
                responder.respond(line, client.getOutputStream());
                client.getOutputStream().flush();
                line = in.readLine();
            }
        }
        return null;
    }

    static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Writes a text forever, one character each 20 ms, until the client closes the connection. */
    static void drip(OutputStream out, char character) throws IOException, InterruptedException {
        while (true) {
            write(out, Character.toString(character));
            Thread.sleep(20);
        }
    }

    URI address(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    int port() {
        return socket.getLocalPort();
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
