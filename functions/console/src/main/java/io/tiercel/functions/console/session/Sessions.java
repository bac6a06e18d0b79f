package io.tiercel.functions.console.session;

import io.tiercel.functions.operate.Caller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The sessions of a server. A restart ends all. */
public final class Sessions {
    /** The maximum number of sessions. Beyond it, the oldest one ends. */
    public static final int MAX_SESSIONS = 200;

    /** The time after which a session ends. */
    public static final Duration MAX_LIFE = Duration.ofHours(12);

    /** The time without a request after which a session ends. An open page asks regularly. */
    public static final Duration MAX_IDLE = Duration.ofHours(1);

    private final InstantSource clock;
    private final Map<String, Session> byDigest = new LinkedHashMap<>();

    /** Creates an empty set of sessions. */
    public Sessions(InstantSource clock) {
        this.clock = clock;
    }

    /** Starts a session and returns its id, which only the browser keeps. */
    public synchronized String start(Caller caller) {
        Instant now = clock.instant();
        byDigest.values().removeIf(session -> session.expired(now, now.minus(MAX_IDLE)));
        if (byDigest.size() >= MAX_SESSIONS) {
            byDigest.remove(byDigest.keySet().iterator().next());
        }
        String id = RandomText.create();
        byDigest.put(RandomText.digest(id), new Session(caller, now, now.plus(MAX_LIFE)));
        return id;
    }

    /** Returns the session with an id, unless it is over. */
    public synchronized Optional<Session> find(String id) {
        Instant now = clock.instant();
        String digest = RandomText.digest(id);
        Session session = byDigest.get(digest);
        if (session == null) {
            return Optional.empty();
        }
        if (session.expired(now, now.minus(MAX_IDLE))) {
            byDigest.remove(digest);
            return Optional.empty();
        }
        session.use(now);
        return Optional.of(session);
    }

    /** Ends a session, if it exists. */
    public synchronized void end(String id) {
        byDigest.remove(RandomText.digest(id));
    }
}
