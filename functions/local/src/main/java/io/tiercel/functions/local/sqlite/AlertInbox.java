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
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

        /** Returns the lane of a sender. */
        public static Lane of(Sender sender) {
            return sender.verified() ? VERIFIED : UNVERIFIED;
        }

        private long end() {
            return first + RANGE;
        }
    }

    /** The number of alerts at which the group of a commit is complete. */
    private static final int MAX_GROUP = 2_000;

    /** The number of characters of documents at which a result of {@link #next} is complete. */
    private static final long MAX_NEXT_CHARACTERS = 4 << 20;

    private static final String INSERT = """
            INSERT INTO inbox (seq, sender_scope, alert_id, sender, document) SELECT ?1, ?2, ?3, ?4, ?5
            WHERE NOT EXISTS (SELECT 1 FROM counted_alert WHERE alert_id = ?6)
              AND NOT EXISTS (SELECT 1 FROM health WHERE alert_id = ?6)
            ON CONFLICT (sender_scope, alert_id) DO NOTHING
            """;
    private static final String RANGE =
            "SELECT coalesce(min(seq) - 1, ?1), coalesce(max(seq), ?1) FROM inbox WHERE seq >= ?1 AND seq < ?2";
    private static final String NEXT =
            "SELECT seq, sender, document FROM inbox WHERE seq > ?1 AND seq < ?2 ORDER BY seq LIMIT ?3";
    private static final String DELETE = "DELETE FROM inbox WHERE seq BETWEEN ?1 AND ?2";
    private static final String INSERT_REJECTED = "INSERT INTO refused (received, reason, document) VALUES (?, ?, ?)";
    private static final String PRUNE_REJECTED = "DELETE FROM refused WHERE seq <= (SELECT max(seq) FROM refused) - ?";
    private static final String COUNT_REJECTED = """
            INSERT INTO total (name, value) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1
            """;

    private final SqliteDatabase database;
    private final InstantSource clock;
    private final RejectionLog rejectionLog;
    private final PreparedStatements statements = new PreparedStatements();
    private final Map<Lane, WaitingAlerts> lanes = new EnumMap<>(Lane.class);
    private final GroupCommit<Post> posts = new GroupCommit<>(MAX_GROUP, this::store);

    public AlertInbox(SqliteDatabase database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        this.rejectionLog = new RejectionLog(clock);
        for (Lane lane : Lane.values()) {
            lanes.put(lane, new WaitingAlerts());
        }
    }

    private WaitingAlerts waiting(Lane lane) {
        return Objects.requireNonNull(lanes.get(lane));
    }

    /** Returns the waiting alerts of a lane, after their range was read if it is uncertain. */
    private WaitingAlerts loaded(Lane lane) {
        WaitingAlerts waiting = waiting(lane);
        if (waiting.uncertain()) {
            // No other transaction may change the range until it is loaded.
            database.write(connection -> {
                if (waiting.uncertain()) {
                    PreparedStatement query = statements.of(connection, RANGE);
                    query.setLong(1, lane.first);
                    query.setLong(2, lane.end());
                    try (ResultSet row = query.executeQuery()) {
                        waiting.load(row.getLong(1), row.getLong(2));
                    }
                }
                return waiting;
            });
        }
        return waiting;
    }

    /** The alerts and rejected documents of one request. */
    private static final class Post {
        private final List<IdentifiedAlert> alerts;
        private final List<RejectedDocument> rejected;
        private final Sender sender;
        private int accepted;
        private boolean full;

        Post(List<IdentifiedAlert> alerts, List<RejectedDocument> rejected, Sender sender) {
            this.alerts = alerts;
            this.rejected = rejected;
            this.sender = sender;
        }
    }

    /**
     * Stores a batch of one sender. When this method returns, the alerts survive a crash. Concurrent calls share a transaction.
     *
     * @return the number of new alerts; the others of this sender are already stored or counted
     * @throws InboxFullException if too many alerts wait; nothing of this batch is stored
     * @throws io.tiercel.functions.incident.StoreUnavailable if the database fails; nothing is stored
     */
    public int accept(List<IdentifiedAlert> alerts, List<RejectedDocument> rejected, Sender sender) {
        Post post = new Post(alerts, rejected, sender);
        posts.run(post, alerts.size() + rejected.size());
        if (post.full) {
            throw new InboxFullException(MAX_WAITING);
        }
        return post.accepted;
    }

    private void store(List<Post> group) {
        Map<Lane, List<Waiting>> stored = new EnumMap<>(Lane.class);
        Set<Lane> changed = EnumSet.noneOf(Lane.class);
        try {
            database.write(connection -> {
                for (Post post : group) {
                    Lane lane = Lane.of(post.sender);
                    changed.add(lane);
                    List<Waiting> added = stored.computeIfAbsent(lane, _ -> new ArrayList<>());
                    post.full = loaded(lane).size() + added.size() + post.alerts.size() > MAX_WAITING;
                    if (!post.full) {
                        store(connection, post, loaded(lane).last(), added);
                    }
                }
                database.afterCommit(
                        () -> stored.forEach((lane, alerts) -> waiting(lane).stored(alerts)));
                return stored;
            });
        } catch (RuntimeException | Error e) {
            // A commit that failed may have taken effect.
            changed.forEach(lane -> waiting(lane).doubt());
            throw e;
        }
    }

    /**
     * Stores one batch.
     *
     * @param last the last sequence number before this transaction
     * @param added the alerts of this lane that this transaction has stored; receives those of the batch
     */
    private void store(Connection connection, Post post, long last, List<Waiting> added) throws SQLException {
        int before = added.size();
        PreparedStatement insert = statements.of(connection, INSERT);
        insert.setString(2, post.sender.scope());
        insert.setString(4, Json.write(post.sender));
        for (IdentifiedAlert alert : post.alerts) {
            long sequence = last + added.size() + 1;
            insert.setLong(1, sequence);
            insert.setString(3, alert.id());
            insert.setString(5, alert.document());
            insert.setString(6, post.sender.scoped(alert.id()));
            if (insert.executeUpdate() == 1) {
                added.add(new Waiting(sequence, post.sender, alert.document(), alert));
            }
        }
        post.accepted = added.size() - before;
        for (RejectedDocument document : post.rejected) {
            storeRejected(connection, document);
        }
    }

    /**
     * Returns the alerts of a lane that have waited longest. Only one thread may process a lane.
     *
     * @param limit the maximum number of alerts
     */
    public List<Waiting> next(Lane lane, int limit) {
        WaitingAlerts waiting = loaded(lane);
        if (waiting.size() == 0) {
            return List.of();
        }
        List<Waiting> recent = waiting.take(limit, MAX_NEXT_CHARACTERS);
        return recent.isEmpty() ? read(lane, waiting.removed(), limit) : recent;
    }

    private List<Waiting> read(Lane lane, long after, int limit) {
        List<Waiting> waiting = database.read(connection -> {
            PreparedStatement query = statements.of(connection, NEXT);
            query.setLong(1, after);
            query.setLong(2, lane.end());
            query.setInt(3, limit);
            List<Waiting> rows = new ArrayList<>();
            long characters = 0;
            try (ResultSet row = query.executeQuery()) {
                while (characters < MAX_NEXT_CHARACTERS && row.next()) {
                    String document = row.getString(3);
                    characters += document.length();
                    rows.add(new Waiting(row.getLong(1), sender(row.getString(2)), document, null));
                }
            }
            return List.copyOf(rows);
        });
        if (waiting.isEmpty()) {
            // A transaction that removed them took effect although its commit failed.
            waiting(lane).doubt();
        }
        return waiting;
    }

    private static Sender sender(String json) {
        try {
            return Json.MAPPER.readValue(json, Sender.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the inbox contains an invalid sender", e);
        }
    }

    /** Removes an alert that was processed, like {@link #removeAll}. */
    public void remove(Waiting alert) {
        removeAll(List.of(alert));
    }

    /**
     * Removes alerts that were processed. Belongs to the transaction that counts them.
     *
     * @param alerts consecutive alerts of one lane, the first of which has waited longest
     */
    public void removeAll(List<Waiting> alerts) {
        long first = alerts.getFirst().sequence();
        long last = alerts.getLast().sequence();
        database.write(connection -> {
            PreparedStatement delete = statements.of(connection, DELETE);
            delete.setLong(1, first);
            delete.setLong(2, last);
            int deleted = delete.executeUpdate();
            if (deleted != alerts.size()) {
                throw new IllegalStateException("the inbox has " + deleted + " alerts where it had " + alerts.size());
            }
            WaitingAlerts waiting = waiting(Lane.of(alerts.getFirst().sender()));
            database.afterCommit(() -> waiting.remove(last));
            return deleted;
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

    /** Stores a rejected document. */
    public void addRejected(RejectedDocument document) {
        database.write(connection -> {
            storeRejected(connection, document);
            return document;
        });
    }

    /** Returns the number of waiting alerts, and of all documents rejected so far. */
    public Totals totals() {
        long verified = loaded(Lane.VERIFIED).size();
        long unverified = loaded(Lane.UNVERIFIED).size();
        return database.read(connection -> {
            try (PreparedStatement query = connection.prepareStatement("SELECT coalesce(max(seq), 0) FROM refused");
                    ResultSet result = query.executeQuery()) {
                return new Totals(verified, unverified, result.getLong(1));
            }
        });
    }

    private void storeRejected(Connection connection, RejectedDocument rejected) throws SQLException {
        String document = rejected.document();
        PreparedStatement insert = statements.of(connection, INSERT_REJECTED);
        insert.setLong(1, clock.millis());
        insert.setString(2, rejected.reason());
        insert.setString(3, document.substring(0, Math.min(document.length(), MAX_REJECTED_LENGTH)));
        insert.executeUpdate();
        PreparedStatement prune = statements.of(connection, PRUNE_REJECTED);
        prune.setInt(1, MAX_REJECTED);
        prune.executeUpdate();
        PreparedStatement count = statements.of(connection, COUNT_REJECTED);
        count.setString(1, REJECTED + rejected.code().code());
        count.executeUpdate();
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
     * @param alert the parsed document; null if the alert was read from the database
     */
    public record Waiting(
            long sequence,
            Sender sender,
            String document,
            @Nullable IdentifiedAlert alert) {}

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
