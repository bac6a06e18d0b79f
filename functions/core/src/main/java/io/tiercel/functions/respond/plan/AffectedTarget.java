package io.tiercel.functions.respond.plan;

import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.respond.policy.IdentifiedTargets;
import io.tiercel.rules.alert.Alert;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A place at which an incident was seen: a pod with its node and instance, as far as they are identified.
 *
 * @param key the same for all alerts of the place, {@link #key}
 * @param alert the first alert from there
 * @param enrichment what is known beyond that
 */
public record AffectedTarget(String key, Alert alert, Enrichment enrichment) {
    private static final int KEY_BYTES = 8;

    /** The place where an alert comes from. */
    public static AffectedTarget of(Alert alert, Enrichment enrichment) {
        return new AffectedTarget(key(enrichment), alert, enrichment);
    }

    /** What tells places apart; short, and fit for any store. */
    public static String key(Enrichment enrichment) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(IdentifiedTargets.of(enrichment).toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
