package io.tiercel.functions.console.session;

import io.tiercel.functions.operate.Caller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One-time codes, each of which starts one session. */
public final class LoginCodes {
    /** The time in which a code can be used. */
    public static final Duration LIFE = Duration.ofSeconds(60);

    /** The maximum number of unused codes. Beyond it, the oldest one expires. */
    static final int MAX_CODES = 20;

    private final InstantSource clock;
    private final Map<String, Code> byDigest = new LinkedHashMap<>();

    /** Creates an empty set of codes. */
    public LoginCodes(InstantSource clock) {
        this.clock = clock;
    }

    private record Code(Caller caller, Instant expires) {}

    /** Returns a new code for an operator. */
    public synchronized String issue(Caller caller) {
        if (byDigest.size() >= MAX_CODES) {
            byDigest.remove(byDigest.keySet().iterator().next());
        }
        String code = RandomText.create();
        byDigest.put(RandomText.digest(code), new Code(caller, clock.instant().plus(LIFE)));
        return code;
    }

    /** Uses up a code. Returns its operator if the code is valid. */
    public synchronized Optional<Caller> use(String code) {
        Code found = byDigest.remove(RandomText.digest(code));
        return found != null && clock.instant().isBefore(found.expires())
                ? Optional.of(found.caller())
                : Optional.empty();
    }
}
