package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.interact.TokenReplayGuard;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.InstantSource;

/** Used tokens in SQLite. Each use deletes expired tokens. */
public final class SqliteTokenReplayGuard implements TokenReplayGuard {
    private final SqliteDatabase database;
    private final InstantSource clock;

    public SqliteTokenReplayGuard(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public boolean used(String token) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM used_token WHERE token = ?")) {
                query.setString(1, token);
                try (ResultSet row = query.executeQuery()) {
                    return row.next();
                }
            }
        });
    }

    @Override
    public boolean use(String token, Instant until) {
        return database.write(connection -> {
            try (PreparedStatement deleteExpired =
                            connection.prepareStatement("DELETE FROM used_token WHERE until < ?");
                    PreparedStatement use = connection.prepareStatement(
                            "INSERT OR IGNORE INTO used_token (token, until) VALUES (?, ?)")) {
                deleteExpired.setLong(1, clock.millis());
                deleteExpired.executeUpdate();
                use.setString(1, token);
                use.setLong(2, until.toEpochMilli());
                return use.executeUpdate() == 1;
            }
        });
    }
}
