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
    private static final int SCHEMA_VERSION = 10;

    /** The earliest version whose databases {@link #prepare} changes to the present one. */
    private static final int OLDEST_VERSION = 7;

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

    /**
     * Creates the schema if it does not exist, and changes that of an earlier version. Writes nothing if it is present, so that a command never
     * waits for a running server here. Fails if it has another version.
     */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (version(statement) == SCHEMA_VERSION) {
                return;
            }
            // Waits for other processes before it reads: after a read, SQLite refuses to write what they have changed
            // since.
            statement.execute("BEGIN IMMEDIATE");
            try {
                change(statement, version(statement));
                statement.execute("COMMIT");
            } catch (SQLException e) {
                statement.execute("ROLLBACK");
                throw e;
            }
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (var result = statement.executeQuery("PRAGMA user_version")) {
            return result.getInt(1);
        }
    }

    private static void change(Statement statement, int version) throws SQLException {
        // A new database has version 0.
        if (version != 0 && (version < OLDEST_VERSION || version > SCHEMA_VERSION)) {
            throw new SQLException("its schema version is " + version + ", but this server needs " + SCHEMA_VERSION);
        }
        for (int from = version; from >= OLDEST_VERSION && from < SCHEMA_VERSION; from++) {
            run(statement, "migrate-" + from + ".sql");
        }
        run(statement, "schema.sql");
        statement.execute(setVersion());
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
