package io.tiercel.functions.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sender of an alert, as far as its credential proves it. Nothing here comes from the alert itself.
 *
 * @param kind the kind of credential that the sender presented
 * @param verified whether the credential was verified; if not, all names are null
 * @param node name of the Kubernetes node ({@link Kind#SERVICE_ACCOUNT}) or host name ({@link Kind#CLIENT_CERTIFICATE}); null for
 *     other kinds
 * @param instanceId EC2 instance ({@link Kind#INSTANCE_IDENTITY}); null for other kinds
 * @param account AWS account of the instance, 12 digits; null for other kinds
 * @param reason why the sender is not verified, one line without secrets; null if it is
 */
public record Sender(
        Kind kind,
        boolean verified,
        @Nullable String node,
        @Nullable String instanceId,
        @Nullable String account,
        @Nullable String reason) {
    /** A sender without a credential, such as Falco or falcosidekick. */
    public static final Sender NONE = unverified(Kind.NONE, "it sent no credential");

    /** The kinds of credentials. */
    public enum Kind {
        /** No credential. */
        NONE,
        /** A projected service account token of the cluster. */
        SERVICE_ACCOUNT,
        /** A TLS client certificate whose only DNS name is the host name. */
        CLIENT_CERTIFICATE,
        /** A signed EC2 instance identity document. */
        INSTANCE_IDENTITY;

        /** Returns the name in fields and in JSON views, for example {@code service-account}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** Returns the kind with a label; empty if there is none. */
        public static Optional<Kind> parse(String label) {
            return Arrays.stream(values())
                    .filter(kind -> kind.label().equals(label))
                    .findFirst();
        }
    }

    /** Returns a sender whose credential is missing or was not verified. */
    public static Sender unverified(Kind kind, String reason) {
        return new Sender(kind, false, null, null, null, reason);
    }

    /** Returns the sensor of a Kubernetes node. */
    public static Sender ofNode(String node) {
        return new Sender(Kind.SERVICE_ACCOUNT, true, node, null, null, null);
    }

    /** Returns the sensor of a host with its own client certificate. */
    public static Sender ofHost(String host) {
        return new Sender(Kind.CLIENT_CERTIFICATE, true, host, null, null, null);
    }

    /** Returns the sensor of an EC2 instance. */
    public static Sender ofInstance(String instanceId, String account) {
        return new Sender(Kind.INSTANCE_IDENTITY, true, null, instanceId, account, null);
    }

    /**
     * Returns the scope of this sender's alert ids: different for different verified senders, and empty for all others. The same
     * sensor keeps its scope when its pod restarts.
     */
    public String scope() {
        if (!verified) {
            return "";
        }
        return kind.label() + ":" + (instanceId == null ? node : instanceId);
    }

    /**
     * Returns an alert id of this sender, which no other sender can claim. Ids of unverified senders stay as they are. They have
     * one line, so they never equal an id with a scope.
     *
     * @param alertId the alert's id, of one line
     */
    public String scoped(String alertId) {
        return verified ? scope() + "\n" + alertId : alertId;
    }

    /** Returns a short text for messages, for example {@code service-account of node ip-10-0-0-1} or {@code not verified: ...}. */
    public String text() {
        if (!verified) {
            return "not verified: " + reason;
        }
        return switch (kind) {
            case NONE -> "not verified";
            case SERVICE_ACCOUNT -> "sensor of node " + node;
            case CLIENT_CERTIFICATE -> "sensor of host " + node;
            case INSTANCE_IDENTITY -> "sensor of instance " + instanceId;
        };
    }
}
