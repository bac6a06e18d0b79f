package io.tiercel.functions.respond.action;

/**
 * The object that an action changes or calls.
 *
 * @param kind the type of the object
 * @param name its name, such as {@code shop/cart-5f7} or {@code i-0123456789abcdef0}
 */
public record Target(Kind kind, String name) {
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

    /** Returns the target for a pod. */
    public static Target pod(String namespace, String pod) {
        return new Target(Kind.POD, namespace + "/" + pod);
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
