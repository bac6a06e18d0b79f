package io.tiercel.functions.respond.action;

/**
 * What an action acts on.
 *
 * @param kind what it is
 * @param name its name, e.g. {@code shop/cart-5f7}, {@code i-0123456789abcdef0}
 */
public record Target(Kind kind, String name) {
    /** What a target is. */
    public enum Kind {
        /** A Kubernetes pod, {@code NAMESPACE/NAME}. */
        POD("pod "),
        /** A Kubernetes node. */
        NODE("node "),
        /** An EC2 instance. */
        INSTANCE("instance "),
        /** Something outside that is called: a function's name, a URL. */
        RECEIVER(""),
        /** Whoever hears of incidents. */
        CHANNELS("every ");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /** The pod of a namespace. */
    public static Target pod(String namespace, String pod) {
        return new Target(Kind.POD, namespace + "/" + pod);
    }

    /** In words: {@code pod shop/cart-5f7}. */
    public String text() {
        return kind.prefix + name;
    }

    /** A pod's namespace: what stands before the slash. */
    public String namespace() {
        return name.substring(0, name.indexOf('/'));
    }

    /** A pod's own name: what stands behind the slash. */
    public String podName() {
        return name.substring(name.indexOf('/') + 1);
    }
}
