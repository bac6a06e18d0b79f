package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.StoreUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The SQLite file. One connection executes write transactions one at a time, and another one reads. With write-ahead log and
 * {@code synchronous=FULL}, a committed transaction survives a kill and a power failure. After a fault, such as a full disk, every
 * transaction tries again; {@link #health} has the cause. This class is thread-safe.
 */
public final class SqliteDatabase implements AutoCloseable {
    private static final int BUSY_MILLIS = 5_000;

    /** How long a command waits for the transactions of a running server. */
    private static final int COMMAND_BUSY_MILLIS = 60_000;

    private static final int CHECKPOINT_ATTEMPTS = 5;

    private static final String FILE = "functions.db";

    /** Null for a command, which works beside a server. */
    private final @Nullable DataDirectory folder;

    private final Connection writer;
    private final Connection reader;
    private final WriterLock writing = new WriterLock();
    private final ReentrantLock reading = new ReentrantLock();
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final StoreFiles files;
    private final StoreHealth health = new StoreHealth(InstantSource.system());

    /** The error of a statement of the current transaction; null if all have succeeded. The writer's lock protects it. */
    private @Nullable SQLException statementFailure;

    /** Whether a commit waits until the disk has stored it. The writer's lock protects it. */
    private boolean waitsForDisk = true;

    /** Whether the last transaction may still be open. The writer's lock protects it. */
    private boolean rollbackFailed;

    private volatile Instant lastCommit = Instant.now();

    private SqliteDatabase(@Nullable DataDirectory folder, Path file, int busyMillis) throws SQLException {
        this.folder = folder;
        this.writer = SqliteConnections.connect(file, false, busyMillis);
        SqliteConnections.prepare(writer);
        this.reader = SqliteConnections.connect(file, true, busyMillis);
        try {
            this.files = StoreFiles.of(file);
        } catch (IOException e) {
            throw new SQLException("its files cannot be read: " + e.getMessage(), e);
        }
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
            return new SqliteDatabase(folder, folder.file(FILE), BUSY_MILLIS);
        } catch (DataDirectoryUnavailableException e) {
            folder.close();
            throw e;
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
            return new SqliteDatabase(null, file, COMMAND_BUSY_MILLIS);
        } catch (SQLException e) {
            throw new StoreUnavailable(file.toAbsolutePath() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /**
     * Returns work whose transactions on the calling thread let those of other threads go first. Use it for what unverified senders cause:
     * the others then wait for at most one such transaction, whatever the number of threads.
     */
    public static <T> Supplier<T> yielding(Supplier<T> work) {
        return WriterLock.yielding(work);
    }

    /**
     * Runs work in a transaction. A nested call on the same thread joins the outer transaction. An exception rolls the
     * transaction back. So does a statement that failed, even if the work continued after the exception: SQLite may have ended the
     * transaction, so a part of the work would be committed alone.
     *
     * @throws StoreUnavailable if the database fails
     */
    public <T> T write(Work<T> work) {
        return write(work, true);
    }

    /**
     * Runs work like {@link #write}, without waiting for the disk. A kill loses nothing. A power failure may undo the transaction, together
     * with all later ones of this kind. The next {@link #write} waits for all earlier transactions too, so none of its results depend on
     * one that can be lost. Use it for work that is repeated from stored data. Call {@link #touch} before a result leaves the database.
     *
     * @throws StoreUnavailable if the database fails
     */
    public <T> T writeRepeatable(Work<T> work) {
        return write(work, false);
    }

    private <T> T write(Work<T> work, boolean durable) {
        writing.lock();
        try {
            return writing.holds() > 1 ? joined(work) : committed(work, durable);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            writing.unlock();
        }
    }

    private <T> T joined(Work<T> work) throws SQLException {
        requireSuccess();
        try {
            return work.with(writer);
        } catch (SQLException e) {
            statementFailure = e;
            throw e;
        }
    }

    private void requireSuccess() throws SQLException {
        if (statementFailure != null) {
            throw statementFailure;
        }
    }

    private <T> T committed(Work<T> work, boolean durable) throws SQLException {
        boolean done = false;
        endOpenTransaction();
        if (durable != waitsForDisk) {
            execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            waitsForDisk = durable;
        }
        // Takes the lock of the file first: a transaction that reads first could not write after a command has written.
        execute("BEGIN IMMEDIATE");
        rollbackFailed = false;
        try {
            T result = work.with(writer);
            requireSuccess();
            if (!files.inPlace()) {
                throw new StoreFaultException(StoreFault.FILES_GONE, null);
            }
            execute("COMMIT");
            done = true;
            lastCommit = Instant.now();
            List.copyOf(afterCommit).forEach(Runnable::run);
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            if (!done) {
                rollBack(e);
            }
            throw e;
        } finally {
            statementFailure = null;
            afterCommit.clear();
        }
    }

    /** Rolls back a transaction whose rollback failed: SQLite changes {@code synchronous} only outside transactions. */
    private void endOpenTransaction() {
        if (rollbackFailed) {
            try {
                execute("ROLLBACK");
            } catch (SQLException e) {
                // A full disk, for example, had ended the transaction already.
            }
        }
    }

    private void rollBack(Throwable failure) {
        try {
            execute("ROLLBACK");
        } catch (SQLException e) {
            rollbackFailed = true;
            failure.addSuppressed(e);
        }
    }

    private void execute(String command) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute(command);
        }
    }

    /**
     * Writes a page without changing a value. This shows whether a transaction can be committed, and makes all earlier ones durable.
     *
     * @throws StoreUnavailable if the database fails
     */
    public void touch() {
        write(connection -> {
            execute(SqliteConnections.setVersion());
            return connection;
        });
    }

    /** Returns whether the database can be used. */
    public StoreHealth health() {
        return health;
    }

    StoreFiles files() {
        return files;
    }

    Instant lastCommit() {
        return lastCommit;
    }

    /** Runs an action after this thread's transaction commits, or immediately if there is no transaction. */
    public void afterCommit(Runnable action) {
        if (writing.isHeld()) {
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
        if (writing.isHeld()) {
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

    /** Records a fault, and translates the exception. */
    private StoreUnavailable failed(SQLException e) {
        Optional<StoreFault> fault =
                StoreFault.of(e, files.spaceIsLow()).map(known -> files.inPlace() ? known : StoreFault.FILES_GONE);
        if (fault.isEmpty()) {
            return new StoreUnavailable("the store failed: " + e.getMessage(), e);
        }
        failed(fault.get());
        return new StoreUnavailable("the store failed: " + fault.get().text(), new StoreFaultException(fault.get(), e));
    }

    /** Records a fault. */
    void failed(StoreFault fault) {
        health.failed(fault, "it is in " + files.folder());
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
