package io.tiercel.functions.credential;

import io.tiercel.functions.identity.Sender;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Caches the senders of verified credentials by the SHA-256 of the credential, so that a sensor's batches cost one verification.
 * Credentials that were not verified never enter, so nobody without a valid one can displace an entry.
 */
final class VerifiedSenders {
    /** Maximum number of entries, about 1 MiB. */
    static final int MAX_ENTRIES = 4_096;

    /** Maximum age of an entry. Afterwards keys and pods are checked again. */
    static final Duration MAX_AGE = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    VerifiedSenders(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * A verified sender.
     *
     * @param from start of the credential's validity, inclusive
     * @param until end of its validity, exclusive
     */
    record Verified(Sender sender, Instant from, Instant until) {
        private boolean validAt(Instant time) {
            return !time.isBefore(from) && time.isBefore(until);
        }
    }

    private record Entry(Verified verified, Instant added) {}

    /** Returns the cache key of a credential. */
    static String key(String credential) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns the sender of a credential that is valid at a time; null if it must be verified. */
    synchronized @Nullable Sender get(String key, Instant sentAt) {
        Entry entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        Duration age = Duration.between(entry.added(), clock.instant());
        if (age.isNegative() || age.compareTo(MAX_AGE) >= 0) {
            entries.remove(key);
            return null;
        }
        return entry.verified().validAt(sentAt) ? entry.verified().sender() : null;
    }

    /** Adds a verified sender, in place of the least recently used one if the cache is full. */
    synchronized void put(String key, Verified verified) {
        entries.put(key, new Entry(verified, clock.instant()));
        if (entries.size() > MAX_ENTRIES) {
            entries.remove(entries.keySet().iterator().next());
        }
    }
}
