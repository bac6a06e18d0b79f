package io.tiercel.functions.fleet;

import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.DueKind;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import io.tiercel.rules.alert.Alert;
import io.tiercel.rules.text.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The latest heartbeat of each node. A verified sender has one entry, which only its credential can change, whatever names it
 * claims. Nodes of all other senders have entries by claimed name, at most {@link UnverifiedSlots#MAX} of them.
 *
 * <p>The due time of an entry is the time at which the sweep must look at the node. All methods may be called from any thread and
 * any number of processes. All throw {@link StoreUnavailable} if the store fails.
 */
public final class Fleet {
    /** Maximum number of nodes of {@link #list} with verified sensors, and of others. */
    public static final int MAX_LISTED = 1_000;

    /** How long a node that does not report stays in the list. */
    public static final Duration GONE_AFTER = Duration.ofDays(7);

    private static final String PREFIX = "fleet/";
    private static final String VERIFIED = PREFIX + "verified/";

    /** A node is not silent before it has missed this many heartbeats. */
    private static final int MISSED = 3;

    /** A clock that is further ahead does not protect the entry from heartbeats with earlier times. */
    private static final long CLOCK_TOLERANCE_MILLIS = 120_000;

    /** The document of a removed entry. */
    private static final String REMOVED = "{}";

    private static final double MILLIS = 1_000;
    private static final int MAX_ATTEMPTS = 10;
    private static final Instant FOREVER = Instant.parse("9999-01-01T00:00:00Z");

    private final StateStore store;
    private final UnverifiedSlots slots;
    private final Duration silence;
    private final InstantSource clock;

    /** @param silence time without a heartbeat after which a node is silent */
    public Fleet(StateStore store, Duration silence, InstantSource clock) {
        this.store = store;
        this.slots = new UnverifiedSlots(store);
        this.silence = silence;
        this.clock = clock;
    }

    /**
     * An entry of the store.
     *
     * @param key its key
     * @param version its version
     * @param node the node
     */
    public record Entry(String key, long version, FleetNode node) {}

    /**
     * Stores a heartbeat, unless a later one is there. Storing it again changes nothing.
     *
     * @return whether the message is a heartbeat; if not, nothing is stored
     */
    public boolean record(Alert message, Sender sender) {
        Optional<NodeHeartbeat> heartbeat = NodeHeartbeat.of(message);
        if (heartbeat.isEmpty()) {
            return false;
        }
        String key = key(heartbeat.get(), sender);
        if (key == null) {
            return true;
        }
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<Versioned> stored = store.read(key);
            FleetNode before = stored.map(Fleet::parse)
                    .filter(node -> sender.verified()
                            || node.heartbeat().node().equals(heartbeat.get().node()))
                    .orElse(null);
            Instant now = clock.instant();
            if (before != null && !isLater(heartbeat.get(), before.heartbeat(), now)) {
                return true;
            }
            FleetNode after = next(before, heartbeat.get(), sender, now);
            // The sweep closes the incident of a node that reports again.
            Instant due = after.incident() == null ? Instant.ofEpochMilli(after.silentMillis()) : now;
            if (write(key, stored.map(Versioned::version).orElse(0L), after, due)) {
                return true;
            }
        }
        throw new StoreUnavailable(
                "the entry of a node keeps changing", new IllegalStateException(MAX_ATTEMPTS + " attempts failed"));
    }

    private @Nullable String key(NodeHeartbeat heartbeat, Sender sender) {
        if (sender.verified()) {
            return verifiedKey(sender);
        }
        return isVerified(heartbeat.node()) ? null : PREFIX + slots.slot(heartbeat.node());
    }

    private static String verifiedKey(Sender sender) {
        return VERIFIED + Sha256.hex(sender.scope());
    }

    /** Returns whether a verified sender has reported a node of this name. Its heartbeats cannot be replaced by others. */
    public boolean isVerified(String node) {
        List<String> keys = List.of(verifiedKey(Sender.ofNode(node)), verifiedKey(Sender.ofHost(node)));
        return store.readAll(keys).values().stream().anyMatch(versioned -> parse(versioned) != null);
    }

    private static boolean isLater(NodeHeartbeat next, NodeHeartbeat last, Instant now) {
        return next.timeMillis() > last.timeMillis()
                || last.timeMillis() > now.toEpochMilli() + CLOCK_TOLERANCE_MILLIS
                        && next.timeMillis() != last.timeMillis();
    }

    private FleetNode next(@Nullable FleetNode before, NodeHeartbeat heartbeat, Sender sender, Instant now) {
        Duration allowed = Duration.ofSeconds((long) MISSED * heartbeat.intervalSeconds());
        long silent =
                now.plus(allowed.compareTo(silence) > 0 ? allowed : silence).toEpochMilli();
        NodeHeartbeat last = before == null ? null : before.heartbeat();
        long millis = last == null || last.startedMillis() != heartbeat.startedMillis()
                ? 0
                : heartbeat.timeMillis() - last.timeMillis();
        return new FleetNode(
                heartbeat,
                sender,
                now.toEpochMilli(),
                silent,
                last == null ? null : rate(heartbeat.events() - last.events(), millis),
                last == null ? null : rate(heartbeat.filtered() - last.filtered(), millis),
                before == null ? null : before.incident());
    }

    private static @Nullable Double rate(long difference, long millis) {
        return millis < MILLIS || difference < 0 ? null : difference * MILLIS / millis;
    }

    /**
     * Returns the nodes with verified sensors, then the others, at most {@link #MAX_LISTED} of each: those first that have been silent the
     * longest.
     */
    public List<FleetNode> list() {
        return Stream.concat(
                        entries(DueKind.FLEET, FOREVER, MAX_LISTED).stream(),
                        entries(DueKind.FLEET_UNVERIFIED, FOREVER, MAX_LISTED).stream())
                .map(Entry::node)
                .toList();
    }

    /** Returns the entries that the sweep must look at: those of verified sensors, then others, the earliest first. */
    public List<Entry> due(int limit) {
        Instant now = clock.instant();
        List<Entry> verified = entries(DueKind.FLEET, now, limit);
        return verified.size() == limit
                ? verified
                : Stream.concat(
                                verified.stream(),
                                entries(DueKind.FLEET_UNVERIFIED, now, limit - verified.size()).stream())
                        .toList();
    }

    private List<Entry> entries(DueKind kind, Instant until, int limit) {
        List<String> keys = store.due(kind, until, limit);
        List<Entry> entries = new ArrayList<>(keys.size());
        for (int from = 0; from < keys.size(); from += StateStore.MAX_KEYS) {
            List<String> part = keys.subList(from, Math.min(keys.size(), from + StateStore.MAX_KEYS));
            Map<String, Versioned> documents = store.readAll(part);
            for (String key : part) {
                Versioned document = documents.get(key);
                FleetNode node = document == null ? null : parse(document);
                if (document != null && node != null) {
                    entries.add(new Entry(key, document.version(), node));
                }
            }
        }
        return List.copyOf(entries);
    }

    /**
     * Notes the incident of an entry, unless the entry has changed.
     *
     * @param incident null for none
     * @param due when the sweep must look at the entry again
     * @return whether the entry was written
     */
    public boolean update(Entry entry, @Nullable String incident, Instant due) {
        return write(entry.key(), entry.version(), entry.node().withIncident(incident), due);
    }

    /** Removes an entry, unless it has changed. The node returns to the list with its next heartbeat. */
    public boolean remove(Entry entry) {
        return store.write(entry.key(), entry.version(), REMOVED, Schedule.NONE);
    }

    private boolean write(String key, long version, FleetNode node, Instant due) {
        DueKind kind = node.sender().verified() ? DueKind.FLEET : DueKind.FLEET_UNVERIFIED;
        return store.write(
                key, version, Json.write(node), Schedule.of(kind, due).keep());
    }

    private static @Nullable FleetNode parse(Versioned versioned) {
        return versioned.document().equals(REMOVED)
                ? null
                : Json.read(versioned.document(), FleetNode.class, StoreUnavailable::new);
    }
}
