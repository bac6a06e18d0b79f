package io.tiercel.functions.local.store;

import io.tiercel.functions.interact.UsedTokens;
import java.sql.PreparedStatement;
import java.time.Instant;
import java.time.InstantSource;

/** Used tokens in SQLite; those whose time is over are forgotten when another is used. */
public final class SqliteUsedTokens implements UsedTokens {
    private final Database database;
    private final InstantSource clock;

    public SqliteUsedTokens(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public boolean use(String token, Instant until) {
        return database.write(connection -> {
            try (PreparedStatement forget = connection.prepareStatement("DELETE FROM used_token WHERE until < ?");
                    PreparedStatement use = connection.prepareStatement(
                            "INSERT OR IGNORE INTO used_token (token, until) VALUES (?, ?)")) {
                forget.setLong(1, clock.millis());
                forget.executeUpdate();
                use.setString(1, token);
                use.setLong(2, until.toEpochMilli());
                return use.executeUpdate() == 1;
            }
        });
    }
}
