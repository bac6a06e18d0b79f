package io.tiercel.functions.credential;

import io.tiercel.functions.credential.IdentitySettings.Tokens;
import io.tiercel.functions.enrich.ClusterSource;
import io.tiercel.functions.identity.ClusterKeySource;
import io.tiercel.functions.identity.Sender;
import io.tiercel.functions.identity.Sender.Kind;
import io.tiercel.functions.identity.SenderCredentials;
import io.tiercel.functions.identity.SenderVerifier;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Verifies senders as configured. Thread-safe. Opens no connection before the first token arrives, except in {@link
 * #prepare}.
 *
 * <p>A sender may present several credentials. All that this deployment can verify must be valid. The first one, in the order service
 * account token, EC2 instance identity, client certificate, determines the sender.
 */
public final class SenderIdentity implements SenderVerifier {
    private static final int MAX_HOST_NAME = 253;
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?");

    private final IdentitySettings settings;
    private final @Nullable KeyCache keys;
    private final @Nullable TokenVerifier tokens;
    private final @Nullable InstanceIdentityVerifier instances;

    private SenderIdentity(
            IdentitySettings settings,
            @Nullable KeyCache keys,
            @Nullable TokenVerifier tokens,
            @Nullable InstanceIdentityVerifier instances) {
        this.settings = settings;
        this.keys = keys;
        this.tokens = tokens;
        this.instances = instances;
    }

    /**
     * Creates the verification of senders.
     *
     * @param settings the settings
     * @param cluster looks up the pods of tokens that do not name their node (before Kubernetes 1.32). Null if there is no access:
     *     such tokens are then not verified
     * @param clusterKeys the API server's keys, required for {@link KeyLocation.Cluster}; null if there is no access
     * @param clock the clock for caches
     * @throws IllegalArgumentException if a setting is invalid; the message names the setting, the problem and a correction
     */
    public static SenderIdentity create(
            IdentitySettings settings,
            @Nullable ClusterSource cluster,
            @Nullable ClusterKeySource clusterKeys,
            InstantSource clock) {
        VerifiedSenders cache = new VerifiedSenders(clock);
        Tokens forTokens = settings.tokens();
        KeyCache keys = forTokens == null ? null : new KeyCache(source(forTokens, clusterKeys), clock);
        TokenVerifier tokens = forTokens == null || keys == null
                ? null
                : new TokenVerifier(forTokens, keys, new PodNodes(cluster, clock), cache);
        InstanceIdentityVerifier instances = settings.instances() == null
                ? null
                : new InstanceIdentityVerifier(settings.instances(), new VerifiedSenders(clock));
        return new SenderIdentity(settings, keys, tokens, instances);
    }

    private static KeySource source(Tokens settings, @Nullable ClusterKeySource clusterKeys) {
        String issuer = settings.issuer();
        return switch (settings.keys()) {
            case KeyLocation.Cluster() -> {
                if (clusterKeys == null) {
                    throw new IllegalArgumentException(IdentitySettings.KEYS + " is " + KeyLocation.CLUSTER
                            + ", but there is no access to a cluster: set " + IdentitySettings.KEYS + " to "
                            + KeyLocation.ISSUER + " or to a file, or configure the cluster");
                }
                yield new ApiServerKeySource(issuer, clusterKeys);
            }
            case KeyLocation.Issuer() -> new IssuerKeySource(required(issuer));
            case KeyLocation.File(var path) -> new FileKeySource(required(issuer), path);
        };
    }

    private static String required(@Nullable String issuer) {
        if (issuer == null) {
            throw new IllegalArgumentException(
                    IdentitySettings.ISSUER + " is not set: set it to the issuer in the cluster's tokens");
        }
        return issuer;
    }

    /**
     * Fetches the issuer's keys, so that the first sender after a start is verified even on a busy machine. Waits a few seconds at
     * most. Without success, the first tokens cause the next request. Not for functions that are restored from a snapshot.
     */
    public void prepare() {
        if (keys != null) {
            keys.prepare();
        }
    }

    /** Returns whether alerts of unverified senders are rejected. */
    public boolean required() {
        return settings.required();
    }

    /** Returns the state of the issuer's keys; null if tokens are not verified. */
    public @Nullable KeyStatus keys() {
        return keys == null ? null : keys.status();
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
        if (!settings.enabled()) {
            return DISABLED.verify(credentials, sentAt);
        }
        try {
            return verifyAll(credentials, sentAt);
        } catch (RuntimeException e) {
            // Neither the exception nor its message: a library may have put the credential into them.
            return Sender.unverified(presented(credentials), "the verification failed");
        }
    }

    private Sender verifyAll(SenderCredentials credentials, Instant sentAt) {
        String token = credentials.token();
        String identity = credentials.instanceIdentity();
        Sender byToken = tokens == null || token == null ? null : tokens.verify(token, sentAt);
        if (byToken != null && !byToken.verified()) {
            return byToken;
        }
        Sender byIdentity = instances == null || identity == null ? null : instances.verify(identity, sentAt);
        if (byIdentity != null && (byToken == null || !byIdentity.verified())) {
            return byIdentity;
        }
        if (byToken != null) {
            return byToken;
        }
        if (settings.clientCertificates() && !credentials.certificateNames().isEmpty()) {
            return host(credentials.certificateNames());
        }
        Kind presented = presented(credentials);
        return presented == Kind.NONE ? Sender.NONE : Sender.unverified(presented, missing(presented));
    }

    /** Describes a sender that has another credential than those that this deployment verifies. */
    private String missing(Kind presented) {
        List<String> accepted = Stream.of(
                        tokens == null ? null : name(Kind.SERVICE_ACCOUNT),
                        instances == null ? null : name(Kind.INSTANCE_IDENTITY),
                        settings.clientCertificates() ? name(Kind.CLIENT_CERTIFICATE) : null)
                .filter(Objects::nonNull)
                .toList();
        return "it sent no " + String.join(" and no ", accepted) + "; this deployment does not verify its "
                + name(presented);
    }

    private static String name(Kind kind) {
        return switch (kind) {
            case NONE -> "credential";
            case SERVICE_ACCOUNT -> "service account token";
            case CLIENT_CERTIFICATE -> "client certificate";
            case INSTANCE_IDENTITY -> "EC2 instance identity document";
        };
    }

    /** Several names do not name one host, and a wildcard names many. */
    private static Sender host(List<String> names) {
        String name = names.getFirst();
        if (names.size() > 1) {
            return Sender.unverified(Kind.CLIENT_CERTIFICATE, "the client certificate has several DNS names");
        }
        return name.length() <= MAX_HOST_NAME && HOST_NAME.matcher(name).matches()
                ? Sender.ofHost(name)
                : Sender.unverified(Kind.CLIENT_CERTIFICATE, "the client certificate's DNS name is not a host name");
    }

    private static Kind presented(SenderCredentials credentials) {
        if (credentials.token() != null) {
            return Kind.SERVICE_ACCOUNT;
        }
        if (credentials.instanceIdentity() != null) {
            return Kind.INSTANCE_IDENTITY;
        }
        return credentials.certificateNames().isEmpty() ? Kind.NONE : Kind.CLIENT_CERTIFICATE;
    }
}
