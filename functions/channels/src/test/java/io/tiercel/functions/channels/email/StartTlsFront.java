package io.tiercel.functions.channels.email;

import io.tiercel.functions.channels.support.TestKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Speaks SMTP until STARTTLS, then relays to a server without TLS: GreenMail has no STARTTLS. */
final class StartTlsFront implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SSLContext tls;
    private final int behind;
    private final boolean offersTls;

    /** The commands that arrived without encryption. */
    final Queue<String> plainCommands = new ConcurrentLinkedQueue<>();

    /**
     * Starts to listen.
     *
     * @param behind the port of the server behind this one
     * @param offersTls whether it offers STARTTLS
     */
    StartTlsFront(TestKeys keys, int behind, boolean offersTls) throws IOException, GeneralSecurityException {
        this.behind = behind;
        this.offersTls = offersTls;
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(keys.store())) {
            store.load(file, TestKeys.PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, TestKeys.PASSWORD.toCharArray());
        tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // The test has ended.
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), behind)) {
            say(client, "220 test");
            // Unbuffered, so that the handshake stays in the socket.
            while (true) {
                String command = line(client.getInputStream());
                if (command.isEmpty()) {
                    return;
                }
                plainCommands.add(command);
                if (command.startsWith("EHLO")) {
                    say(client, offersTls ? "250-test\r\n250 STARTTLS" : "250 test");
                } else if (command.equals("STARTTLS") && offersTls) {
                    say(client, "220 go ahead");
                    break;
                } else {
                    say(client, "221 bye");
                    return;
                }
            }
            SSLSocket secured = (SSLSocket) tls.getSocketFactory().createSocket(client, null, client.getPort(), true);
            secured.setUseClientMode(false);
            new BufferedReader(new InputStreamReader(upstream.getInputStream(), StandardCharsets.US_ASCII)).readLine();
            Thread back = Thread.ofVirtual().start(() -> copy(upstream, secured));
            copy(secured, upstream);
            back.join();
        } catch (IOException e) {
            // The client has ended the connection, for example because it does not trust the certificate.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void say(Socket client, String reply) throws IOException {
        client.getOutputStream().write((reply + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static void copy(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // One side has closed the connection.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
