package io.tiercel.functions.local.sqlite;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.intake.IdentifiedAlert;
import io.tiercel.functions.intake.RejectionReason;
import io.tiercel.functions.json.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The queue of accepted alerts that are not counted yet. Alerts of verified senders have a lane and a limit of
 * their own. Therefore nobody without a credential can fill their queue, or make it wait.
 */
public final class AlertInbox {
    /** The maximum number of waiting alerts of a lane. If it is reached, the lane rejects alerts until some are counted. */
    static final int MAX_WAITING = 100_000;

    /**
     * The maximum number of stored rejected documents. The newest are kept, each truncated to {@link
     * #MAX_REJECTED_LENGTH}.
     */
    static final int MAX_REJECTED = 1_000;

    static final int MAX_REJECTED_LENGTH = 16 * 1024;

    /** Names of the totals of rejected documents start with this text; the code of the reason follows. */
    private static final String REJECTED = "rejected/";

    /** Alerts of verified or of unverified senders. Each lane has its own range of sequence numbers. */
    public enum Lane {
        VERIFIED(0),
        UNVERIFIED(1L << 61);

        private static final long RANGE = 1L << 60;

        private final long first;

        Lane(long first) {
            this.first = first;
        }

        static Lane of(Sender sender) {
            return sender.verified() ? VERIFIED : UNVERIFIED;
        }

        private long end() {
            return first + RANGE;
        }
    }

    private final SqliteDatabase database;
    private final InstantSource clock;
    private final RejectionLog rejectionLog;
    private final Map<Lane, AtomicLong> lastSequence = new EnumMap<>(Lane.class);

    public AlertInbox(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.rejectionLog = new RejectionLog(clock);
        for (Lane lane : Lane.values()) {
            lastSequence.put(lane, new AtomicLong(lastStored(lane)));
        }
    }

    private long lastStored(Lane lane) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT coalesce(max(seq), ?1) FROM inbox WHERE seq >= ?1 AND seq < ?2")) {
                query.setLong(1, lane.first);
                query.setLong(2, lane.end());
                try (ResultSet result = query.executeQuery()) {
                    return result.getLong(1);
                }
            }
        });
    }

    /**
     * Stores a batch of one sender in one transaction. When this method returns, the alerts survive a crash.
     *
     * @return the number of new alerts; the others of this sender are already stored or counted
     * @throws InboxFullException if too many alerts wait; nothing is stored
     * @throws io.tiercel.functions.incident.StoreUnavailable if the database fails; nothing is stored
     */
    public int accept(List<IdentifiedAlert> alerts, List<RejectedDocument> rejected, Sender sender) {
        Lane lane = Lane.of(sender);
        AtomicLong sequence = sequence(lane);
        String senderJson = Json.write(sender);
        return database.write(connection -> {
            if (waiting(connection, lane) + alerts.size() > MAX_WAITING) {
                throw new InboxFullException(MAX_WAITING);
            }
            int accepted = 0;
            try (PreparedStatement insert = connection.prepareStatement("""
                    INSERT OR IGNORE INTO inbox (seq, sender_scope, alert_id, sender, document) SELECT ?1, ?2, ?3, ?4, ?5
                    WHERE NOT EXISTS (SELECT 1 FROM counted_alert WHERE alert_id = ?6)
                      AND NOT EXISTS (SELECT 1 FROM health WHERE alert_id = ?6)
                    """)) {
                insert.setString(2, sender.scope());
                insert.setString(4, senderJson);
                for (IdentifiedAlert alert : alerts) {
                    insert.setLong(1, sequence.get() + 1);
                    insert.setString(3, alert.id());
                    insert.setString(5, alert.document());
                    insert.setString(6, sender.scoped(alert.id()));
                    int stored = insert.executeUpdate();
                    sequence.addAndGet(stored);
                    accepted += stored;
                }
            }
            for (RejectedDocument document : rejected) {
                storeRejected(connection, document);
            }
            return accepted;
        });
    }

    private AtomicLong sequence(Lane lane) {
        return Objects.requireNonNull(lastSequence.get(lane));
    }

    /** Returns the alerts of a lane that have waited longest. */
    public List<Waiting> next(Lane lane, int limit) {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT seq, sender, document FROM inbox WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT ?")) {
                query.setLong(1, lane.first);
                query.setLong(2, lane.end());
                query.setInt(3, limit);
                List<Waiting> waiting = new ArrayList<>();
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        waiting.add(new Waiting(row.getLong(1), sender(row.getString(2)), row.getString(3)));
                    }
                }
                return List.copyOf(waiting);
            }
        });
    }

    private static Sender sender(String json) {
        try {
            return Json.MAPPER.readValue(json, Sender.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the inbox contains an invalid sender", e);
        }
    }

    /** Removes an alert that was processed. Belongs to the transaction that counts the alert. */
    public void remove(Waiting alert) {
        database.write(connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM inbox WHERE seq = ?")) {
                delete.setLong(1, alert.sequence());
                return delete.executeUpdate();
            }
        });
    }

    /** Moves an alert that cannot be processed to the rejected documents. */
    public void reject(Waiting alert, RejectionReason code, String reason) {
        database.write(connection -> {
            remove(alert);
            storeRejected(connection, new RejectedDocument(code, reason, alert.document()));
            return alert;
        });
    }

    /** Returns the number of waiting alerts, and of all documents rejected so far. */
    public Totals totals() {
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT coalesce(max(seq), 0) FROM refused");
                    ResultSet result = query.executeQuery()) {
                return new Totals(
                        waiting(connection, Lane.VERIFIED), waiting(connection, Lane.UNVERIFIED), result.getLong(1));
            }
        });
    }

    /** Subtracts sequence numbers instead of counting rows, because the rows of a lane are deleted in the order of insertion. */
    private static long waiting(Connection connection, Lane lane) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT coalesce((SELECT max(seq) FROM inbox WHERE seq >= ?1 AND seq < ?2)
                    - (SELECT min(seq) FROM inbox WHERE seq >= ?1 AND seq < ?2) + 1, 0)
                """)) {
            query.setLong(1, lane.first);
            query.setLong(2, lane.end());
            try (ResultSet result = query.executeQuery()) {
                return result.getLong(1);
            }
        }
    }

    private void storeRejected(Connection connection, RejectedDocument rejected) throws SQLException {
        String document = rejected.document();
        try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO refused (received, reason, document) VALUES (?, ?, ?)");
                PreparedStatement prune = connection.prepareStatement(
                        "DELETE FROM refused WHERE seq <= (SELECT max(seq) FROM refused) - ?");
                PreparedStatement count = connection.prepareStatement("""
                        INSERT INTO total (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1
                        """)) {
            insert.setLong(1, clock.millis());
            insert.setString(2, rejected.reason());
            insert.setString(3, document.substring(0, Math.min(document.length(), MAX_REJECTED_LENGTH)));
            insert.executeUpdate();
            prune.setInt(1, MAX_REJECTED);
            prune.executeUpdate();
            count.setString(1, REJECTED + rejected.code().code());
            count.executeUpdate();
        }
        database.afterCommit(() -> rejectionLog.add(rejected));
    }

    /** Returns the number of documents rejected since the data directory was created, for every reason. */
    public Map<RejectionReason, Long> rejectedByReason() {
        return database.read(connection -> {
            Map<RejectionReason, Long> rejected = new EnumMap<>(RejectionReason.class);
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT coalesce(max(value), 0) FROM total WHERE name = ?")) {
                for (RejectionReason reason : RejectionReason.values()) {
                    query.setString(1, REJECTED + reason.code());
                    try (ResultSet row = query.executeQuery()) {
                        rejected.put(reason, row.getLong(1));
                    }
                }
            }
            return rejected;
        });
    }

    /**
     * A waiting alert.
     *
     * @param sequence its position
     * @param sender its sender, as far as its credential proved it on arrival
     * @param document the complete JSON document
     */
    public record Waiting(long sequence, Sender sender, String document) {}

    /**
     * A rejected document.
     *
     * @param code the kind of the reason
     * @param reason the reason
     * @param document the posted text
     */
    public record RejectedDocument(RejectionReason code, String reason, String document) {}

    /**
     * The sizes of the inbox.
     *
     * @param verified waiting alerts of verified senders
     * @param unverified waiting alerts of other senders
     * @param rejected documents rejected since the data directory was created
     */
    public record Totals(long verified, long unverified, long rejected) {
        /** Returns the number of waiting alerts. */
        public long waiting() {
            return verified + unverified;
        }
    }
}
