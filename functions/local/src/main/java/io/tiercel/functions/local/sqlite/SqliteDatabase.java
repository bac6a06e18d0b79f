package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.StoreUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * The SQLite file. One connection executes write transactions one at a time, and another one reads. With write-ahead log and
 * {@code synchronous=FULL}, a committed transaction survives a kill and a power failure. This class is thread-safe.
 */
public final class SqliteDatabase implements AutoCloseable {
    private static final int SCHEMA_VERSION = 7;
    private static final int BUSY_MILLIS = 5_000;

    /** How long a command waits for the transactions of a running server. */
    private static final int COMMAND_BUSY_MILLIS = 60_000;

    private static final int CHECKPOINT_ATTEMPTS = 5;

    private static final String FILE = "functions.db";

    /** Null for a command, which works beside a server. */
    private final @Nullable DataDirectory folder;

    private final Connection writer;
    private final Connection reader;
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock reading = new ReentrantLock();
    private final List<Runnable> afterCommit = new ArrayList<>();

    private SqliteDatabase(@Nullable DataDirectory folder, Connection writer, Connection reader) {
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
            Connection writer = connect(folder.file(FILE), false, BUSY_MILLIS);
            prepare(writer);
            return new SqliteDatabase(folder, writer, connect(folder.file(FILE), true, BUSY_MILLIS));
        } catch (SQLException e) {
            folder.close();
            throw new StoreUnavailable(
                    "the database in " + path.toAbsolutePath() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Opens the database of a data directory for a command. A server may use it at the same time: the transactions of both wait
     * for each other.
     *
     * @throws StoreUnavailable if there is no database, or it cannot be opened
     */
    public static SqliteDatabase openBesideServer(Path path) {
        Path file = path.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new StoreUnavailable(
                    file.toAbsolutePath() + " does not exist; specify the data directory with --data",
                    new NoSuchElementException(file.toString()));
        }
        try {
            Connection writer = connect(file, false, COMMAND_BUSY_MILLIS);
            prepare(writer);
            return new SqliteDatabase(null, writer, connect(file, true, COMMAND_BUSY_MILLIS));
        } catch (SQLException e) {
            throw new StoreUnavailable(file.toAbsolutePath() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static Connection connect(Path file, boolean readOnly, int busyMillis) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(busyMillis);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
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
            connection.setAutoCommit(true);
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

    /** Takes the lock of the file first: a transaction that reads first could not write after a command has written. */
    private <T> T committed(Work<T> work) throws SQLException {
        boolean done = false;
        execute("BEGIN IMMEDIATE");
        try {
            T result = work.with(writer);
            execute("COMMIT");
            done = true;
            List.copyOf(afterCommit).forEach(Runnable::run);
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            if (!done) {
                rollBack(e);
            }
            throw e;
        } finally {
            afterCommit.clear();
        }
    }

    private void rollBack(Throwable failure) {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            // A full disk, for example, has ended the transaction already.
            failure.addSuppressed(e);
        }
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute(command);
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

    /**
     * Rewrites the whole file, so that nothing of deleted and replaced values remains in it, and empties the write-ahead log. Needs
     * free space of twice the size of the file.
     *
     * @return false if another process was using the write-ahead log all the time; its old content remains until a later call
     * @throws StoreUnavailable if the database fails
     */
    boolean overwriteDeleted() {
        writing.lock();
        try {
            try (Statement statement = writer.createStatement()) {
                statement.execute("VACUUM");
                for (int attempt = 0; attempt < CHECKPOINT_ATTEMPTS; attempt++) {
                    try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                        if (result.next() && result.getInt(1) == 0) {
                            return true;
                        }
                    }
                }
                return false;
            }
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            writing.unlock();
        }
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
            if (folder != null) {
                folder.close();
            }
        }
    }

    /** Work on a connection. */
    @FunctionalInterface
    public interface Work<T> {
        /** Runs the work. It must not retain, commit or close the connection. */
        T with(Connection connection) throws SQLException;
    }
}
