package io.tiercel.functions.console.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Limits wrong tokens and codes, by address and in all. Correct ones of other addresses are not delayed by one address. */
public final class FailureLimit {
    static final int MAX_BY_ADDRESS = 10;
    static final int MAX_IN_ALL = 200;
    static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MAX_ADDRESSES = 1_000;

    private final InstantSource clock;
    private final Map<String, Integer> byAddress = new LinkedHashMap<>();
    private Instant windowEnd = Instant.MIN;
    private int inAll;

    /** Creates a limit without failures. */
    public FailureLimit(InstantSource clock) {
        this.clock = clock;
    }

    /** Returns whether an address may try. */
    public synchronized boolean permits(String address) {
        startWindow();
        return inAll < MAX_IN_ALL && byAddress.getOrDefault(address, 0) < MAX_BY_ADDRESS;
    }

    /** Counts a failure. */
    public synchronized void failed(String address) {
        startWindow();
        inAll++;
        if (byAddress.size() < MAX_ADDRESSES || byAddress.containsKey(address)) {
            byAddress.merge(address, 1, Integer::sum);
        }
    }

    private void startWindow() {
        Instant now = clock.instant();
        if (!now.isBefore(windowEnd)) {
            windowEnd = now.plus(WINDOW);
            byAddress.clear();
            inAll = 0;
        }
    }
}
