package io.tiercel.functions.notification.group;

import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.json.Json;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.Grouping;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.group.ChannelWindow.OpenGroup;
import io.tiercel.functions.respond.state.StateStore;
import io.tiercel.functions.respond.state.StateStore.Schedule;
import io.tiercel.functions.respond.state.StateStore.Versioned;
import io.tiercel.rules.text.TextLimit;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Groups incidents by the limits of their channel. The window of a channel is a state document with optimistic concurrency. Joining
 * an open group does not write it, and reads it at most once per {@link #MAX_STALENESS}: a storm costs writes to the store of groups
 * only.
 */
public final class IncidentGrouping implements Grouping {
    /** How old a window, or the size of a group, may be when an incident joins a group. */
    static final Duration MAX_STALENESS = Duration.ofSeconds(1);

    private static final String KEY_PREFIX = "channel-window/";
    private static final int MAX_ATTEMPTS = 20;
    private static final long MAX_PAUSE_NANOS = Duration.ofMillis(20).toNanos();

    /** Groups whose size is cached. More are forgotten together, and read again. */
    private static final int MAX_CACHED_SIZES = 1_000;

    private final StateStore windows;
    private final GroupStore groups;
    private final Function<String, ChannelLimits> limits;
    private final InstantSource clock;
    private final Map<String, Cached<StoredWindow>> cachedWindows = new ConcurrentHashMap<>();
    private final Map<String, Cached<Long>> cachedSizes = new ConcurrentHashMap<>();

    /** @param limits returns the limits of a channel */
    public IncidentGrouping(
            StateStore windows, GroupStore groups, Function<String, ChannelLimits> limits, InstantSource clock) {
        this.windows = windows;
        this.groups = groups;
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public Place place(String channel, Incident incident, String occasion, boolean again, Instant now) {
        ChannelLimits channelLimits = limits.apply(channel);
        if (channelLimits.groupOver() == ChannelLimits.NO_LIMIT && channelLimits.messages() == ChannelLimits.NO_LIMIT) {
            return new Place.Individual();
        }
        Optional<String> joined = groups.assignment(channel, incident.id(), occasion);
        Optional<String> group = joined.isPresent()
                ? joined
                : decide(channel, GroupCandidate.of(incident, occasion, again), channelLimits, now);
        return group.<Place>map(
                        id -> new Place.Joined(groups.join(channel, occasion, GroupMember.of(id, incident, now))))
                .orElse(new Place.Individual());
    }

    /** Decides and stores the window; empty for a message of its own. */
    private Optional<String> decide(
            String channel, GroupCandidate candidate, ChannelLimits channelLimits, Instant now) {
        StoredWindow stored = cachedWindow(channel);
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            WindowDecision decision =
                    WindowDecision.decide(stored.window(), candidate, channel, channelLimits, this::full, now);
            Optional<String> group = decision.group().map(OpenGroup::id);
            if (decision.window() == stored.window()) {
                return group;
            }
            // The group exists before others can join it.
            decision.group()
                    .filter(opened -> opened.sinceMillis() == now.toEpochMilli())
                    .ifPresent(opened -> groups.create(header(opened, decision, candidate, channel)));
            if (write(channel, stored, decision.window())) {
                return group;
            }
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_PAUSE_NANOS) + 1);
            stored = read(channel);
        }
        throw new StoreUnavailable(
                "the window of channel " + channel + " keeps changing",
                new IllegalStateException(MAX_ATTEMPTS + " attempts"));
    }

    private static GroupHeader header(
            OpenGroup group, WindowDecision decision, GroupCandidate candidate, String channel) {
        String value = candidate.value(decision.dimension(), channel).orElse("");
        return new GroupHeader(
                group.id(),
                channel,
                group.dimension(),
                TextLimit.cut(SafeText.oneLine(value), GroupHeader.MAX_VALUE, "…"),
                Instant.ofEpochMilli(group.sinceMillis()));
    }

    @Override
    public boolean changed(String groupId, Incident incident) {
        return groups.put(GroupMember.of(groupId, incident, clock.instant()));
    }

    /** {@inheritDoc} A group whose incidents are all closed accepts no further incident. */
    @Override
    public Optional<GroupSummary> summary(String groupId) {
        Optional<GroupSummary> summary = groups.summary(groupId);
        if (summary.isPresent() && summary.get().openIncidents() == 0) {
            groups.find(groupId).ifPresent(header -> complete(header.channel(), groupId));
        }
        return summary;
    }

    /** Best effort: a write that conflicts is repeated with the next summary. */
    private void complete(String channel, String groupId) {
        StoredWindow stored = read(channel);
        if (stored.window().groups().stream().anyMatch(group -> group.id().equals(groupId))) {
            write(channel, stored, stored.window().without(groupId));
        }
    }

    private boolean full(String groupId) {
        Cached<Long> cached = cachedSizes.get(groupId);
        if (cached == null || cached.stale(clock)) {
            if (cachedSizes.size() >= MAX_CACHED_SIZES) {
                cachedSizes.clear();
            }
            cached = new Cached<>(groups.size(groupId), clock.instant());
            cachedSizes.put(groupId, cached);
        }
        return cached.value() >= GroupStore.MAX_MEMBERS;
    }

    private StoredWindow cachedWindow(String channel) {
        Cached<StoredWindow> cached = cachedWindows.get(channel);
        return cached == null || cached.stale(clock) ? read(channel) : cached.value();
    }

    private StoredWindow read(String channel) {
        StoredWindow stored = windows.read(KEY_PREFIX + channel)
                .map(IncidentGrouping::parsed)
                .orElse(new StoredWindow(0, ChannelWindow.EMPTY));
        cachedWindows.put(channel, new Cached<>(stored, clock.instant()));
        return stored;
    }

    private static StoredWindow parsed(Versioned document) {
        return new StoredWindow(
                document.version(), Json.read(document.document(), ChannelWindow.class, StoreUnavailable::new));
    }

    private boolean write(String channel, StoredWindow replaced, ChannelWindow window) {
        cachedWindows.remove(channel);
        if (!windows.write(KEY_PREFIX + channel, replaced.version(), Json.write(window), Schedule.NONE)) {
            return false;
        }
        cachedWindows.put(channel, new Cached<>(new StoredWindow(replaced.version() + 1, window), clock.instant()));
        return true;
    }

    /**
     * A window as it was stored.
     *
     * @param version 0 if there is no document
     */
    private record StoredWindow(long version, ChannelWindow window) {}

    /** A value and when it was read. */
    private record Cached<T>(T value, Instant readAt) {
        boolean stale(InstantSource clock) {
            return Duration.between(readAt, clock.instant()).abs().compareTo(MAX_STALENESS) > 0;
        }
    }
}
