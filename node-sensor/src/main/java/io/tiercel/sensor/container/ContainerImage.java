package io.tiercel.sensor.container;

/**
 * A container's image; parts that are not known are empty.
 *
 * @param name as the runtime was asked for it
 * @param id without the name of the hash
 * @param repository the name without tag and digest
 * @param tag behind the last colon of the name
 * @param digest with the name of the hash, {@code sha256:...}
 */
public record ContainerImage(String name, String id, String repository, String tag, String digest) {
    /** Nothing is known. */
    public static final ContainerImage NONE = new ContainerImage("", "", "", "", "");

    /**
     * Splits a reference such as {@code docker.io/library/nginx:1.27@sha256:...}.
     *
     * @param reference name of the image
     * @param id its id, or empty
     * @param digest for a reference that has none itself
     */
    public static ContainerImage of(String reference, String id, String digest) {
        int at = reference.indexOf('@');
        String name = at < 0 ? reference : reference.substring(0, at);
        int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
        return new ContainerImage(
                reference,
                withoutHash(id),
                colon < 0 ? name : name.substring(0, colon),
                colon < 0 ? "" : name.substring(colon + 1),
                at < 0 ? digest : reference.substring(at + 1));
    }

    /** Whether a name is only an id of the image. */
    public static boolean isId(String name) {
        String digits = withoutHash(name);
        return digits.length() == 64 && digits.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    private static String withoutHash(String id) {
        return id.startsWith("sha256:") ? id.substring("sha256:".length()) : id;
    }
}
