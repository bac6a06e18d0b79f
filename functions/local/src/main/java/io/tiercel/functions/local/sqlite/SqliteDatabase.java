package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;

/**
 * The SQLite file. One connection executes write transactions one at a time, and another one reads. With write-ahead log and
 * {@code synchronous=FULL}, a committed transaction survives a kill and a power failure. This class is thread-safe.
 */
public final class SqliteDatabase implements AutoCloseable {
    private static final int SCHEMA_VERSION = 5;
    private static final int BUSY_MILLIS = 5_000;

    private final DataDirectory folder;
    private final Connection writer;
    private final Connection reader;
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock reading = new ReentrantLock();
    private final List<Runnable> afterCommit = new ArrayList<>();

    private SqliteDatabase(DataDirectory folder, Connection writer, Connection reader) {
        this.folder = folder;
        this.writer = writer;
        this.reader = reader;
    }

    /**
     * Locks the data directory and opens its database. Creates both if they do not exist.
     *
     * @throws DataDirectoryUnavailableException if another server uses the directory
     * @throws StoreUnavailable if the database cannot be opened
     */
    public static SqliteDatabase open(Path path) {
        DataDirectory folder = DataDirectory.claim(path);
        try {
            Connection writer = connect(folder, false);
            prepare(writer);
            return new SqliteDatabase(folder, writer, connect(folder, true));
        } catch (SQLException e) {
            folder.close();
            throw new StoreUnavailable(
                    "the database in " + path.toAbsolutePath() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static Connection connect(DataDirectory folder, boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + folder.file("functions.db"));
        if (readOnly) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA query_only = ON");
            }
        }
        return connection;
    }

    private static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int version;
            try (var result = statement.executeQuery("PRAGMA user_version")) {
                version = result.getInt(1);
            }
            // A new database has version 0.
            if (version != 0 && version != SCHEMA_VERSION) {
                throw new SQLException(
                        "its schema version is " + version + ", but this server needs " + SCHEMA_VERSION);
            }
            connection.setAutoCommit(false);
            run(statement, "schema.sql");
            statement.execute("PRAGMA user_version = " + SCHEMA_VERSION);
            connection.commit();
        }
    }

    private static void run(Statement statement, String script) throws SQLException {
        for (String command : text(script).split(";\n", -1)) {
            if (!command.isBlank()) {
                statement.execute(command);
            }
        }
    }

    private static String text(String script) {
        try (InputStream file = Objects.requireNonNull(SqliteDatabase.class.getResourceAsStream(script))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the schema from the jar", e);
        }
    }

    /**
     * Runs work in a transaction. A nested call on the same thread joins the outer transaction. An exception rolls the
     * transaction back.
     *
     * @throws StoreUnavailable if the database fails
     */
    public <T> T write(Work<T> work) {
        writing.lock();
        try {
            return writing.getHoldCount() > 1 ? work.with(writer) : committed(work);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            writing.unlock();
        }
    }

    private <T> T committed(Work<T> work) throws SQLException {
        boolean done = false;
        try {
            T result = work.with(writer);
            writer.commit();
            done = true;
            List.copyOf(afterCommit).forEach(Runnable::run);
            return result;
        } finally {
            afterCommit.clear();
            if (!done) {
                writer.rollback();
            }
        }
    }

    /** Runs an action after this thread's transaction commits, or immediately if there is no transaction. */
    public void afterCommit(Runnable action) {
        if (writing.isHeldByCurrentThread()) {
            afterCommit.add(action);
        } else {
            action.run();
        }
    }

    /**
     * Runs work that only reads. Inside {@link #write}, it sees the uncommitted changes of that transaction.
     *
     * @throws StoreUnavailable if the database fails
     */
    <T> T read(Work<T> work) {
        if (writing.isHeldByCurrentThread()) {
            return write(work);
        }
        reading.lock();
        try {
            return work.with(reader);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            reading.unlock();
        }
    }

    private static StoreUnavailable failed(SQLException e) {
        return new StoreUnavailable("the store failed: " + e.getMessage(), e);
    }

    /** Waits for the current transaction and closes the file. */
    @Override
    public void close() {
        writing.lock();
        reading.lock();
        try {
            reader.close();
            writer.close();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            reading.unlock();
            writing.unlock();
            folder.close();
        }
    }

    /** Work on a connection. */
    @FunctionalInterface
    public interface Work<T> {
        /** Runs the work. It must not retain, commit or close the connection. */
        T with(Connection connection) throws SQLException;
    }
}
