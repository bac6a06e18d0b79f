package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.audit.AuditChain;
import io.tiercel.functions.audit.AuditHead;
import io.tiercel.functions.audit.AuditRecord;
import io.tiercel.functions.audit.AuditSource;
import io.tiercel.functions.audit.ChainHead;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/** Reads the chains of the audit log in SQLite, in the server or beside it. */
public final class SqliteAuditSource implements AuditSource {
    private static final String ENTRY = "SELECT chain, number, previous, line, hash FROM audit ";
    private static final int BUSY_MILLIS = 5_000;

    private final Reader reader;

    /** Reads from the database. */
    interface Reader {
        /** Runs work that only reads. */
        <T> T read(SqliteDatabase.Work<T> work);
    }

    /** Binds the parameters of a statement. */
    private interface Binder {
        void bind(PreparedStatement statement) throws SQLException;
    }

    SqliteAuditSource(Reader reader) {
        this.reader = reader;
    }

    /**
     * Opens the log in a data directory for reading, and passes it to some work. A server may use the log at the same time.
     *
     * @throws StoreUnavailable if the log does not exist or cannot be read
     */
    public static <T> T with(Path folder, Function<SqliteAuditSource, T> work) {
        Path file = folder.resolve("functions.db");
        if (!Files.isRegularFile(file)) {
            throw new StoreUnavailable(
                    "there is no audit log: " + file.toAbsolutePath()
                            + " does not exist; specify its data directory with --data",
                    new NoSuchElementException(file.toString()));
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        try (Connection connection = config.createConnection("jdbc:sqlite:" + file)) {
            return work.apply(new SqliteAuditSource(new Reader() {
                @Override
                public <R> R read(SqliteDatabase.Work<R> query) {
                    try {
                        return query.with(connection);
                    } catch (SQLException e) {
                        throw unreadable(file, e);
                    }
                }
            }));
        } catch (SQLException e) {
            throw unreadable(file, e);
        }
    }

    private static StoreUnavailable unreadable(Path file, SQLException e) {
        return new StoreUnavailable(
                "the audit log in " + file.toAbsolutePath() + " cannot be read: " + e.getMessage(), e);
    }

    /** Returns a document of the state of responses, where the sweep keeps its progress. */
    public Optional<Versioned> state(String key) {
        return query(
                        "SELECT version, document FROM response_state WHERE key = ?",
                        statement -> statement.setString(1, key),
                        row -> new Versioned(row.getLong(1), row.getString(2)))
                .stream()
                .findFirst();
    }

    /** {@inheritDoc} The cursor is the last chain of the page. */
    @Override
    public Page chains(@Nullable String cursor, int limit) {
        String after = cursor == null ? "" : cursor;
        String beyond = cursor == null ? " WHERE chain >= ?" : " WHERE chain > ?";
        // Each branch reads the next chains from an index. The last branch finds entries without a head.
        List<String> chains = query(
                "SELECT chain FROM (SELECT chain FROM audit_head" + beyond + " ORDER BY chain LIMIT ?)"
                        + " UNION SELECT chain FROM (SELECT chain FROM audit" + beyond
                        + " GROUP BY chain ORDER BY chain"
                        + " LIMIT ?) ORDER BY chain LIMIT ?",
                statement -> {
                    statement.setString(1, after);
                    statement.setInt(2, limit);
                    statement.setString(3, after);
                    statement.setInt(4, limit);
                    statement.setInt(5, limit);
                },
                row -> text(row, 1));
        return new Page(chains, chains.size() < limit ? null : chains.getLast());
    }

    /** Returns the number of stored entries, which may change at any time. */
    public long size() {
        return query("SELECT count(*) FROM audit", _ -> {}, row -> row.getLong(1))
                .getFirst();
    }

    @Override
    public Optional<StoredHead> head(String chain) {
        return query(
                        "SELECT chain, number, hash, bucket FROM audit_head WHERE chain = ?",
                        statement -> statement.setString(1, chain),
                        row -> new StoredHead(position(row), text(row, 4)))
                .stream()
                .findFirst();
    }

    @Override
    public List<StoredEntry> entries(String chain, long after, int limit) {
        return query(
                ENTRY + "WHERE chain = ? AND number > ? ORDER BY number LIMIT ?",
                statement -> {
                    statement.setString(1, chain);
                    // An added row may have any number.
                    statement.setLong(2, after == 0 ? Long.MIN_VALUE : after);
                    statement.setInt(3, limit);
                },
                row -> new StoredEntry(record(row), null));
    }

    /** Returns the newest entries of a chain, oldest first. */
    List<AuditRecord> newest(String chain, int limit) {
        return query(
                        ENTRY + "WHERE chain = ? ORDER BY number DESC LIMIT ?",
                        statement -> {
                            statement.setString(1, chain);
                            statement.setInt(2, limit);
                        },
                        SqliteAuditSource::record)
                .reversed();
    }

    @Override
    public List<ChainHead> heads(int bucket, String afterChain, int limit) {
        return query(
                "SELECT chain, number, hash FROM audit_head WHERE bucket = ? AND chain > ? ORDER BY chain LIMIT ?",
                statement -> {
                    statement.setString(1, AuditChain.bucketName(bucket));
                    statement.setString(2, afterChain);
                    statement.setInt(3, limit);
                },
                SqliteAuditSource::position);
    }

    @Override
    public List<Optional<String>> hashes(List<ChainHead> positions) {
        return positions.stream()
                .map(position -> query(
                                "SELECT hash FROM audit WHERE chain = ? AND number = ?",
                                statement -> {
                                    statement.setString(1, position.chain());
                                    statement.setLong(2, position.head().number());
                                },
                                row -> text(row, 1))
                        .stream()
                        .findFirst())
                .toList();
    }

    private interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, Binder binder, RowMapper<T> mapper) {
        return reader.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                binder.bind(statement);
                List<T> rows = new ArrayList<>();
                try (ResultSet row = statement.executeQuery()) {
                    while (row.next()) {
                        rows.add(mapper.map(row));
                    }
                }
                return List.copyOf(rows);
            }
        });
    }

    private static ChainHead position(ResultSet row) throws SQLException {
        return new ChainHead(text(row, 1), new AuditHead(row.getLong(2), text(row, 3)));
    }

    private static AuditRecord record(ResultSet row) throws SQLException {
        return new AuditRecord(text(row, 1), row.getLong(2), text(row, 3), text(row, 4), text(row, 5));
    }

    /** Returns an empty text for NULL, which only a changed table can contain. */
    private static String text(ResultSet row, int column) throws SQLException {
        return Objects.requireNonNullElse(row.getString(column), "");
    }
}
