package io.tiercel.functions.local.sqlite;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentAlert;
import io.tiercel.functions.incident.IncidentClosure;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.IncidentSummary;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.incident.MinuteCounts;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.operate.IncidentFilter;
import io.tiercel.rules.alert.Priority;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An incident in memory, while a transaction counts alerts in it. {@link #write} stores all changes at once. Not thread-safe. */
final class IncidentRow {
    /** Separates names of tactics, which come from our own table. */
    private static final String SEPARATOR = "\n";

    private static final String SELECT = """
        SELECT state, priority, count, verified_count, first_seen, last_seen, opened_at, last_received_at, escalation, episode,
            audited_episode, closed_at, closed_by, closed_until, slot_verified, folded_causes,
            activity,
            (SELECT group_concat(name, char(10)) FROM tactic WHERE incident_id = ?1),
            (SELECT count(*) FROM sample WHERE incident_id = ?1 AND verified = 1),
            (SELECT max(number) FROM sample WHERE incident_id = ?1 AND verified = 1),
            (SELECT count(*) FROM sample WHERE incident_id = ?1 AND verified = 0),
            (SELECT max(number) FROM sample WHERE incident_id = ?1 AND verified = 0)
        FROM incident WHERE id = ?1
        """;
    private static final String INSERT = """
        INSERT INTO incident
            (priority, count, verified_count, first_seen, last_seen, opened_at, last_received_at, slot_verified, folded_causes,
             enrichment, activity, id, state, rule, fingerprint, slot_key, folded)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 'open', ?13, ?14, ?15, ?16)
        """;
    private static final String UPDATE = """
        UPDATE incident SET priority = ?1, count = ?2, verified_count = ?3, first_seen = ?4, last_seen = ?5, opened_at = ?6,
            last_received_at = ?7, slot_verified = ?8, folded_causes = ?9, enrichment = coalesce(?10, enrichment),
            activity = ?11
        WHERE id = ?12
        """;
    private static final String REOPEN = """
        UPDATE incident SET state = 'open', episode = ?2, closed_at = NULL, closed_by = NULL, closed_until = NULL WHERE id = ?1
        """;
    /** A statement of its own, so that other changes do not write the indexes of these columns. */
    private static final String SET_ORIGIN = "UPDATE incident SET host = ?1, namespace = ?2, search = ?3 WHERE id = ?4";

    private static final String INSERT_SAMPLE =
            "INSERT INTO sample (incident_id, verified, number, document, stored_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    private static final String INSERT_TACTIC = "INSERT OR IGNORE INTO tactic (incident_id, name) VALUES (?1, ?2)";
    private static final String INSERT_DOUBT = """
        INSERT OR IGNORE INTO doubt (incident_id, text)
        SELECT ?1, ?2 WHERE (SELECT count(*) FROM doubt WHERE incident_id = ?1) < ?3
        """;
    private static final String FIND_CAUSE = "SELECT 1 FROM folded_cause WHERE incident_id = ?1 AND cause = ?2";
    private static final String INSERT_CAUSE = "INSERT INTO folded_cause (incident_id, cause) VALUES (?1, ?2)";

    private final String id;
    private boolean stored;
    private Lifecycle lifecycle = Lifecycle.opened();
    private int auditedEpisode;
    private Priority priority = Priority.DEBUG;
    private long count;
    private long verifiedCount;
    private long firstSeen = Long.MAX_VALUE;
    private long lastSeen = Long.MIN_VALUE;
    private long openedAt;
    private long lastReceivedAt;
    private boolean slotVerified;
    private int foldedCauses;
    private final Set<String> tactics = new HashSet<>();
    private final Samples verifiedSamples = new Samples(true);
    private final Samples otherSamples = new Samples(false);

    /** The alert that opens an incident that is not stored; null if there is none. */
    private @Nullable IncidentAlert first;

    /** The alert whose enrichment replaces the stored one; null for none. */
    private @Nullable IncidentAlert enriching;

    private MinuteCounts activity = MinuteCounts.NONE;

    private boolean changed;
    private boolean reopened;
    private final List<String> newTactics = new ArrayList<>();
    private final Set<String> newDoubts = new LinkedHashSet<>();
    private final Set<String> newCauses = new LinkedHashSet<>();

    private IncidentRow(String id) {
        this.id = id;
    }

    /** The samples of verified or of other senders. */
    private static final class Samples {
        private final boolean verified;
        private int kept;
        private int lastNumber;
        private final List<String> added = new ArrayList<>();

        Samples(boolean verified) {
            this.verified = verified;
        }

        void add(String document) {
            if (kept < Incident.SAMPLE_LIMIT) {
                kept++;
                added.add(document);
            }
        }
    }

    /** Reads an incident. One that is not stored has no episode until it is {@linkplain #opens opened}. */
    static IncidentRow read(PreparedStatements statements, Connection connection, String id) throws SQLException {
        IncidentRow incident = new IncidentRow(id);
        PreparedStatement query = statements.of(connection, SELECT);
        query.setString(1, id);
        try (ResultSet row = query.executeQuery()) {
            if (row.next()) {
                incident.load(row);
            }
        }
        return incident;
    }

    private void load(ResultSet row) throws SQLException {
        stored = true;
        priority = Priority.values()[row.getInt(2)];
        count = row.getLong(3);
        verifiedCount = row.getLong(4);
        firstSeen = row.getLong(5);
        lastSeen = row.getLong(6);
        openedAt = row.getLong(7);
        lastReceivedAt = row.getLong(8);
        auditedEpisode = row.getInt(11);
        String closedBy = row.getString(13);
        lifecycle = new Lifecycle(
                IncidentState.parse(row.getString(1)).orElseThrow(),
                row.getInt(9),
                row.getInt(10),
                closedBy == null
                        ? null
                        : new IncidentClosure(Instant.ofEpochMilli(row.getLong(12)), closedBy, row.getLong(14)));
        slotVerified = row.getBoolean(15);
        foldedCauses = row.getInt(16);
        activity = MinuteCounts.parse(row.getString(17));
        String names = row.getString(18);
        if (names != null) {
            tactics.addAll(Arrays.asList(names.split(SEPARATOR, -1)));
        }
        verifiedSamples.kept = row.getInt(19);
        verifiedSamples.lastNumber = row.getInt(20);
        otherSamples.kept = row.getInt(21);
        otherSamples.lastNumber = row.getInt(22);
    }

    /** Returns the id. */
    String id() {
        return id;
    }

    private boolean exists() {
        return stored || first != null;
    }

    private boolean closed() {
        return exists() && lifecycle.state() == IncidentState.CLOSED;
    }

    /** Returns whether an alert would open or reopen the incident. */
    boolean opens(IncidentAlert alert) {
        IncidentClosure closing = lifecycle.closing();
        return !exists() || closed() && closing != null && alert.reopens(closing.untilNanos(), verifiedCount);
    }

    /** Returns whether an alert of a verified sender could move the incident to a slot of verified senders. */
    boolean needsVerifiedSlot(IncidentAlert alert) {
        return alert.verified() && exists() && !closed() && !slotVerified;
    }

    /** Moves the incident to a slot of verified senders. */
    void takeVerifiedSlot() {
        slotVerified = true;
    }

    /** Opens or reopens the incident. */
    void open(IncidentAlert alert, long receivedMillis) {
        if (exists()) {
            lifecycle = new Lifecycle(IncidentState.OPEN, lifecycle.escalation(), lifecycle.episode() + 1, null);
            reopened = true;
        } else {
            first = alert;
        }
        openedAt = receivedMillis;
        slotVerified = alert.verified();
    }

    /** Counts an alert. */
    void count(IncidentAlert alert, long receivedMillis) {
        changed = true;
        if (verifiedCount == 0 && (count == 0 || alert.verified())) {
            enriching = alert;
        }
        count += alert.count();
        verifiedCount += alert.verifiedCount();
        activity = activity.plus(alert.count(), Instant.ofEpochMilli(receivedMillis));
        if (alert.alert().priority().ordinal() < priority.ordinal()) {
            priority = alert.alert().priority();
        }
        firstSeen = Math.min(firstSeen, alert.alert().timeNanos());
        lastSeen = Math.max(lastSeen, alert.lastNanos());
        lastReceivedAt = Math.max(lastReceivedAt, receivedMillis);
        for (String tactic : alert.enrichment().tactics()) {
            if (tactics.add(tactic)) {
                newTactics.add(tactic);
            }
        }
        newDoubts.addAll(alert.doubts());
    }

    /** Adds an alert to the samples, unless there are enough. */
    void addSample(IncidentAlert alert) {
        (alert.verified() ? verifiedSamples : otherSamples).add(alert.document());
    }

    /**
     * Adds a cause to a folded incident.
     *
     * @param cause the incident id of the cause
     * @return false if the incident contains the cause already, or as many as it may contain
     */
    boolean addCause(PreparedStatements statements, Connection connection, String cause) throws SQLException {
        if (foldedCauses >= Incident.MAX_FOLDED_CAUSES
                || newCauses.contains(cause)
                || stored && isStoredCause(statements, connection, cause)) {
            return false;
        }
        foldedCauses++;
        return newCauses.add(cause);
    }

    private boolean isStoredCause(PreparedStatements statements, Connection connection, String cause)
            throws SQLException {
        PreparedStatement query = statements.of(connection, FIND_CAUSE);
        query.setString(1, id);
        query.setBytes(2, HexFormat.of().parseHex(cause));
        try (ResultSet row = query.executeQuery()) {
            return row.next();
        }
    }

    /** Returns the summary, including all counted alerts; episode 0 if the incident does not exist. */
    IncidentSummary summary() {
        return exists()
                ? new IncidentSummary(count, tactics.size(), priority, verifiedCount > 0, lifecycle, auditedEpisode)
                : IncidentSummary.EXPIRED;
    }

    /** Writes the changes. */
    void write(PreparedStatements statements, Connection connection, long receivedMillis) throws SQLException {
        if (!changed) {
            return;
        }
        IncidentAlert opening = first;
        PreparedStatement change = statements.of(connection, opening == null ? UPDATE : INSERT);
        change.setInt(1, priority.ordinal());
        change.setLong(2, count);
        change.setLong(3, verifiedCount);
        change.setLong(4, firstSeen);
        change.setLong(5, lastSeen);
        change.setLong(6, openedAt);
        change.setLong(7, lastReceivedAt);
        change.setBoolean(8, slotVerified);
        change.setInt(9, foldedCauses);
        IncidentAlert origin = enriching;
        if (origin == null) {
            change.setNull(10, Types.VARCHAR);
        } else {
            change.setString(10, Json.write(origin.enrichment()));
        }
        change.setString(11, activity.text());
        change.setString(12, id);
        if (opening != null) {
            change.setString(13, opening.alert().rule());
            change.setString(14, Json.write(opening.fingerprint()));
            change.setString(15, opening.fingerprint().slotKey());
            change.setBoolean(16, opening.fingerprint().folded());
        }
        change.executeUpdate();
        if (origin != null) {
            writeOrigin(statements, connection, origin);
        }
        if (reopened) {
            PreparedStatement reopen = statements.of(connection, REOPEN);
            reopen.setString(1, id);
            reopen.setInt(2, lifecycle.episode());
            reopen.executeUpdate();
        }
        writeSamples(statements, connection, verifiedSamples, receivedMillis);
        writeSamples(statements, connection, otherSamples, receivedMillis);
        for (String tactic : newTactics) {
            PreparedStatement insert = statements.of(connection, INSERT_TACTIC);
            insert.setString(1, id);
            insert.setString(2, tactic);
            insert.executeUpdate();
        }
        for (String doubt : newDoubts) {
            PreparedStatement insert = statements.of(connection, INSERT_DOUBT);
            insert.setString(1, id);
            insert.setString(2, doubt);
            insert.setInt(3, Incident.MAX_DOUBTS);
            insert.executeUpdate();
        }
        for (String cause : newCauses) {
            PreparedStatement insert = statements.of(connection, INSERT_CAUSE);
            insert.setString(1, id);
            insert.setBytes(2, HexFormat.of().parseHex(cause));
            insert.executeUpdate();
        }
    }

    private void writeOrigin(PreparedStatements statements, Connection connection, IncidentAlert origin)
            throws SQLException {
        PreparedStatement update = statements.of(connection, SET_ORIGIN);
        update.setString(1, origin.enrichment().host().node());
        update.setString(2, origin.enrichment().host().namespace());
        update.setString(3, IncidentFilter.searchText(origin.fingerprint(), origin.enrichment()));
        update.setString(4, id);
        update.executeUpdate();
    }

    /** Numbers continue after the last one, because retention deletes the oldest samples first. */
    private void writeSamples(
            PreparedStatements statements, Connection connection, Samples samples, long receivedMillis)
            throws SQLException {
        for (String document : samples.added) {
            PreparedStatement insert = statements.of(connection, INSERT_SAMPLE);
            insert.setString(1, id);
            insert.setBoolean(2, samples.verified);
            insert.setInt(3, ++samples.lastNumber);
            insert.setString(4, document);
            insert.setLong(5, receivedMillis);
            insert.executeUpdate();
        }
    }
}
