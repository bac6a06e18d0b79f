package io.tiercel.functions.local;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A connection that sends a part of a request and then stops, or continues with a byte at a time. */
final class SlowClient implements AutoCloseable {
    private final Socket socket;

    SlowClient(int port) throws IOException {
        this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    }

    /** Sends text. Returns false if the server has closed the connection. */
    boolean send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    boolean send(byte[] bytes) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends the headers and most of the body of a post. */
    boolean sendMostOfBody(int declared, int sent) {
        return send("POST /alerts HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + declared + "\r\n\r\n" + "["
                + " ".repeat(sent - 1));
    }

    /** Returns true if the server closes the connection, perhaps after a response, within a time. */
    boolean closedWithin(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        try {
            byte[] buffer = new byte[4096];
            int read;
            do {
                socket.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
                read = socket.getInputStream().read(buffer);
            } while (read >= 0);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
