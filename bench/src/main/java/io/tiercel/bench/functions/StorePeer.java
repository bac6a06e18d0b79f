package io.tiercel.bench.functions;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteConfig;

/**
 * The limit with which the server is compared: an endpoint on the same HTTP stack that only stores the bodies of posts in SQLite, each
 * with a commit that waits for the disk. It parses, checks and counts nothing.
 *
 * <p>Arguments: port and file of the database.
 */
final class StorePeer {
    private static final long MAX_BODY = 4 << 20;

    private final Connection connection;
    private final PreparedStatement insert;

    private StorePeer(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setGetGeneratedKeys(false);
        connection = config.createConnection("jdbc:sqlite:" + file);
        try (var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE post (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT");
        }
        insert = connection.prepareStatement("INSERT INTO post (body) VALUES (?)");
    }

    /** Starts the peer as a process. */
    static ServerProcess start() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tiercel-bench-peer");
        int port = ServerProcess.freePort();
        return ServerProcess.start(
                folder,
                port,
                ServerProcess.java(List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        StorePeer.class.getName(),
                        Integer.toString(port),
                        folder.resolve("peer.db").toString())),
                Map.of());
    }

    /**
     * Runs until the process is ended.
     *
     * @throws SQLException if the database cannot be created
     */
    public static void main(String[] arguments) throws SQLException {
        StorePeer peer = new StorePeer(Path.of(arguments[1]));
        Vertx vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        router.get("/health").handler(exchange -> exchange.response().end("up"));
        router.post("/alerts")
                .handler(BodyHandler.create(false).setBodyLimit(MAX_BODY))
                .blockingHandler(peer::store, false);
        vertx.createHttpServer().requestHandler(router).listen(Integer.parseInt(arguments[0]), "127.0.0.1");
    }

    private void store(RoutingContext exchange) {
        try {
            insert(exchange.body().buffer().toString(StandardCharsets.UTF_8));
            exchange.response().setStatusCode(202).end("stored");
        } catch (SQLException e) {
            exchange.fail(e);
        }
    }

    private synchronized void insert(String body) throws SQLException {
        insert.setString(1, body);
        insert.executeUpdate();
    }
}
