package io.tiercel.functions.respond.action;

import org.jspecify.annotations.Nullable;

/**
 * The object that an action changes or calls.
 *
 * @param kind the type of the object
 * @param name its name, such as {@code shop/cart-5f7} or {@code i-0123456789abcdef0}
 * @param uid the uid of a pod, so that a new pod of the same name is another target; null if unknown and for other types
 */
public record Target(Kind kind, String name, @Nullable String uid) {
    /** The type of a target. */
    public enum Kind {
        /** A Kubernetes pod, named {@code NAMESPACE/NAME}. */
        POD("pod "),
        /** A Kubernetes node. */
        NODE("node "),
        /** An EC2 instance. */
        INSTANCE("instance "),
        /** An external receiver: the name of a Lambda function or a URL. */
        RECEIVER(""),
        /** The notification channels. */
        CHANNELS("every ");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** Creates a target without a uid. */
    public Target(Kind kind, String name) {
        this(kind, name, null);
    }

    /** Returns the target for a pod whose uid is unknown. */
    public static Target pod(String namespace, String pod) {
        return pod(namespace, pod, null);
    }

    /** Returns the target for a pod. */
    public static Target pod(String namespace, String pod, @Nullable String uid) {
        return new Target(Kind.POD, namespace + "/" + pod, uid);
    }

    /** Returns whether both may be the same object: type and name are equal, and no known uid differs. */
    public boolean sameAs(Target other) {
        return kind == other.kind
                && name.equals(other.name)
                && (uid == null || other.uid == null || uid.equals(other.uid));
    }

    /** Returns the target as text: {@code pod shop/cart-5f7}. */
    public String text() {
        return kind.prefix + name;
    }

    /** Returns the namespace of a pod. */
    public String namespace() {
        return name.substring(0, name.indexOf('/'));
    }

    /** Returns the name of a pod without its namespace. */
    public String podName() {
        return name.substring(name.indexOf('/') + 1);
    }
}
