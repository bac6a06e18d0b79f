package io.tiercel.functions.local.sqlite;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.sqlite.SQLiteConfig;

/** Opens connections to the database file and creates its schema. */
final class SqliteConnections {
    private static final int SCHEMA_VERSION = 8;

    /** The earlier version whose databases {@link #prepare} changes to the present one. */
    private static final int PREVIOUS_VERSION = 7;

    /** The size to which SQLite shortens the write-ahead log after a storm, bytes. */
    private static final int MAX_IDLE_LOG = 16 << 20;

    /** The size of the page cache of a connection, KiB. */
    private static final int CACHE_KIB = 16 << 10;

    /**
     * The number of pages of 4 KiB in the write-ahead log at which a commit copies them into the database file. A page that changes often is
     * copied once.
     */
    private static final int CHECKPOINT_PAGES = 4_000;

    private SqliteConnections() {}

    /** Opens a connection; the file and the write-ahead log are created if they do not exist. */
    static Connection connect(Path file, boolean readOnly, int busyMillis) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(busyMillis);
        config.setJournalSizeLimit(MAX_IDLE_LOG);
        config.setCacheSize(-CACHE_KIB);
        // The driver would prepare and run another statement after each insertion.
        config.setGetGeneratedKeys(false);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
            if (readOnly) {
                statement.execute("PRAGMA query_only = ON");
            }
        }
        return connection;
    }

    /** Creates the schema if it does not exist, and changes that of the previous version. Fails if it has another version. */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int version;
            try (var result = statement.executeQuery("PRAGMA user_version")) {
                version = result.getInt(1);
            }
            // A new database has version 0.
            if (version != 0 && version != PREVIOUS_VERSION && version != SCHEMA_VERSION) {
                throw new SQLException(
                        "its schema version is " + version + ", but this server needs " + SCHEMA_VERSION);
            }
            connection.setAutoCommit(false);
            if (version == PREVIOUS_VERSION) {
                run(statement, "migrate-7.sql");
            }
            run(statement, "schema.sql");
            statement.execute(setVersion());
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    /** Returns the statement that stores the version of the schema. */
    static String setVersion() {
        return "PRAGMA user_version = " + SCHEMA_VERSION;
    }

    private static void run(Statement statement, String script) throws SQLException {
        for (String command : text(script).split(";\n", -1)) {
            if (!command.isBlank()) {
                statement.execute(command);
            }
        }
    }

    private static String text(String script) {
        try (InputStream file = Objects.requireNonNull(SqliteConnections.class.getResourceAsStream(script))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the schema from the jar", e);
        }
    }
}
