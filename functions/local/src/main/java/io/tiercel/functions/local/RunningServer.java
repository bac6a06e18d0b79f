package io.tiercel.functions.local;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.vertx.http.HttpServerStart;
import io.quarkus.vertx.http.HttpsServerStart;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.local.cli.operate.LocalServer;
import io.tiercel.functions.local.config.ServerConfig;
import io.tiercel.rules.file.PrivateFiles;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Reports where the server listens: on standard error, and in a file of the data directory, where the commands of operators look.
 */
@Singleton
final class RunningServer {
    private final ServerConfig config;

    @Inject
    RunningServer(ServerConfig config) {
        this.config = config;
    }

    void listening(@ObservesAsync HttpServerStart event) {
        report("http", event.options().getPort());
    }

    void listeningWithTls(@ObservesAsync HttpsServerStart event) {
        report("https", event.options().getPort());
    }

    void stopped(@Observes ShutdownEvent event) {
        try {
            Files.deleteIfExists(file());
        } catch (IOException e) {
            // The address is wrong then, and commands report that nothing listens there.
            System.err.println("tiercel functions: cannot delete " + file() + ": " + e.getMessage());
        }
    }

    private Path file() {
        return config.dataDirectory().resolve(LocalServer.ADDRESS_FILE);
    }

    private void report(String scheme, int port) {
        String address = scheme + "://" + host() + ":" + port;
        System.err.println("tiercel functions: listening on " + address
                + (config.host().isAnyLocalAddress() ? " and all other addresses of this machine" : "") + ", data in "
                + config.dataDirectory().toAbsolutePath());
        try (FileChannel channel = PrivateFiles.open(
                file(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(Json.write(Map.of("address", address)).getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            System.err.println("tiercel functions: cannot write " + file() + ": " + e.getMessage());
        }
    }

    /** Commands on this machine reach a server that listens on all addresses through the loopback address. */
    private String host() {
        InetAddress host = config.host().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : config.host();
        String text = host.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
    }
}
