package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import io.tiercel.functions.notification.group.GroupHeader;
import io.tiercel.functions.notification.group.GroupMember;
import io.tiercel.functions.notification.group.GroupStore;
import io.tiercel.functions.notification.group.MemberTotals;
import io.tiercel.rules.alert.Priority;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/** Groups of incidents in SQLite. */
public final class SqliteGroupStore implements GroupStore {
    private static final Priority[] PRIORITIES = Priority.values();

    private final SqliteDatabase database;

    public SqliteGroupStore(SqliteDatabase database) {
        this.database = database;
    }

    @Override
    public void create(GroupHeader header) {
        database.write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT OR IGNORE INTO incident_group (id, channel, dimension, value, since) VALUES (?, ?, ?, ?, ?)")) {
                insert.setString(1, header.id());
                insert.setString(2, header.channel());
                insert.setString(3, header.dimension().name());
                insert.setString(4, header.value());
                insert.setLong(5, header.since().toEpochMilli());
                return insert.executeUpdate();
            }
        });
    }

    @Override
    public Optional<GroupHeader> find(String groupId) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT * FROM incident_group WHERE id = ?")) {
                query.setString(1, groupId);
                try (ResultSet row = query.executeQuery()) {
                    return row.next()
                            ? Optional.of(new GroupHeader(
                                    groupId,
                                    row.getString("channel"),
                                    Dimension.valueOf(row.getString("dimension")),
                                    row.getString("value"),
                                    Instant.ofEpochMilli(row.getLong("since"))))
                            : Optional.<GroupHeader>empty();
                }
            }
        });
    }

    @Override
    public long size(String groupId) {
        return database.read(connection -> {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT size FROM incident_group WHERE id = ?")) {
                query.setString(1, groupId);
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0L;
                }
            }
        });
    }

    /** {@inheritDoc} In one transaction. */
    @Override
    public String join(String channel, String occasion, GroupMember member) {
        return database.write(connection -> {
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT INTO group_assignment (incident_id, channel, occasion, group_id) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET group_id = group_id RETURNING group_id
                    """)) {
                insert.setString(1, member.incidentId());
                insert.setString(2, channel);
                insert.setString(3, occasion);
                insert.setString(4, member.groupId());
                String joined;
                try (ResultSet row = insert.executeQuery()) {
                    row.next();
                    joined = row.getString(1);
                }
                put(member.in(joined));
                return joined;
            }
        });
    }

    @Override
    public Optional<String> assignment(String channel, String incidentId, String occasion) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT group_id FROM group_assignment WHERE incident_id = ? AND channel = ? AND occasion = ?")) {
                query.setString(1, incidentId);
                query.setString(2, channel);
                query.setString(3, occasion);
                try (ResultSet row = query.executeQuery()) {
                    return row.next() ? Optional.of(row.getString(1)) : Optional.<String>empty();
                }
            }
        });
    }

    @Override
    public boolean put(GroupMember member) {
        return database.write(connection -> {
            try (PreparedStatement size = connection.prepareStatement("""
                            UPDATE incident_group SET size = size + 1 WHERE id = ?1
                            AND NOT EXISTS (SELECT 1 FROM group_member WHERE group_id = ?1 AND incident_id = ?2)
                            """);
                    PreparedStatement upsert = connection.prepareStatement("""
                            INSERT INTO group_member (group_id, incident_id, rule, workload, target, priority, verified, count,
                                open, joined_at)
                            SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 FROM incident_group WHERE id = ?1
                            ON CONFLICT (group_id, incident_id) DO UPDATE SET priority = excluded.priority,
                                verified = excluded.verified, count = excluded.count, open = excluded.open
                            WHERE excluded.count > count OR excluded.count = count AND (open > excluded.open
                                OR open = excluded.open AND (priority <> excluded.priority OR verified <> excluded.verified))
                            """)) {
                size.setString(1, member.groupId());
                size.setString(2, member.incidentId());
                size.executeUpdate();
                upsert.setString(1, member.groupId());
                upsert.setString(2, member.incidentId());
                upsert.setString(3, member.rule());
                upsert.setString(4, member.workload());
                upsert.setString(5, member.target());
                upsert.setInt(6, member.priority().ordinal());
                upsert.setBoolean(7, member.verified());
                upsert.setLong(8, member.count());
                upsert.setBoolean(9, member.open());
                upsert.setLong(10, member.joinedAt().toEpochMilli());
                return upsert.executeUpdate() == 1;
            }
        });
    }

    @Override
    public Optional<GroupSummary> summary(String groupId) {
        Optional<GroupHeader> header = find(groupId);
        return header.flatMap(found -> database.read(connection -> {
            MemberTotals totals = new MemberTotals();
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT * FROM group_member WHERE group_id = ?")) {
                query.setString(1, groupId);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        totals.add(member(row));
                    }
                }
            }
            return totals.summary(found);
        }));
    }

    private static GroupMember member(ResultSet row) throws SQLException {
        return new GroupMember(
                row.getString("group_id"),
                row.getString("incident_id"),
                row.getString("rule"),
                row.getString("workload"),
                row.getString("target"),
                PRIORITIES[row.getInt("priority")],
                row.getBoolean("verified"),
                row.getLong("count"),
                row.getBoolean("open"),
                Instant.ofEpochMilli(row.getLong("joined_at")));
    }
}
