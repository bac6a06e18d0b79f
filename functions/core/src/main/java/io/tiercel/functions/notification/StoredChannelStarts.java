package io.tiercel.functions.notification;

import io.tiercel.functions.respond.state.StateStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Stores since when channels exist, as state documents {@code channel-start/NAME}. A renamed channel is a new one. */
public final class StoredChannelStarts implements ChannelStarts {
    private static final int MAX_ATTEMPTS = 10;

    private final StateStore states;
    private final Duration tolerance;
    private final InstantSource clock;

    /** Contains configured channels only, so it needs no limit. */
    private final Map<String, Instant> known = new ConcurrentHashMap<>();

    /**
     * Creates the starts of channels.
     *
     * @param tolerance how long a channel may exist before a process sees it for the first time: incidents of this time belong to it
     */
    public StoredChannelStarts(StateStore states, Duration tolerance, InstantSource clock) {
        this.states = states;
        this.tolerance = tolerance;
        this.clock = clock;
    }

    @Override
    public Instant startOf(String channel) {
        Instant start = known.get(channel);
        if (start == null) {
            start = stored(channel);
            known.put(channel, start);
        }
        return start;
    }

    private Instant stored(String channel) {
        String key = "channel-start/" + channel;
        Instant now = clock.instant().minus(tolerance);
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            var document = states.read(key);
            if (document.isPresent()) {
                return Instant.ofEpochMilli(Long.parseLong(document.get().document()));
            }
            // Kept: an expired start would make the channel new.
            if (states.write(key, 0, Long.toString(now.toEpochMilli()), StateStore.Schedule.NONE.keep())) {
                return Instant.ofEpochMilli(now.toEpochMilli());
            }
        }
        return now;
    }
}
