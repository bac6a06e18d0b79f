package io.tiercel.functions.local.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.sqlite.core.CoreStatement;

/**
 * Statements that stay prepared, because preparing a statement takes longer than running it. Use only constant SQL, so that their
 * number stays small. A statement may be used only by the {@link SqliteDatabase.Work} that received its connection. The caller closes
 * result sets, and never closes the statement; it is closed with its connection.
 */
final class PreparedStatements {
    /** A database has a connection for writing and one for reading. More entries belong to connections that were replaced. */
    private static final int MAX_CONNECTIONS = 2;

    private final Map<Connection, Map<String, PreparedStatement>> byConnection = new ConcurrentHashMap<>();

    /** Returns the statement of a connection, and prepares it on the first call. */
    PreparedStatement of(Connection connection, String sql) throws SQLException {
        Map<String, PreparedStatement> statements = byConnection.get(connection);
        if (statements == null) {
            if (byConnection.size() >= MAX_CONNECTIONS) {
                byConnection.clear();
            }
            statements = new HashMap<>();
            byConnection.put(connection, statements);
        }
        PreparedStatement statement = statements.get(sql);
        // The driver finalizes a statement that failed, for example because the disk is full.
        if (statement == null || statement instanceof CoreStatement driver && driver.pointer.isClosed()) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }
}
