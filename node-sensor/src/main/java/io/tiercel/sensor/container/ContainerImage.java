package io.tiercel.sensor.container;

/**
 * The image of a container. Unknown parts are empty.
 *
 * @param name the reference with which the container was created
 * @param id the image id without {@code sha256:}
 * @param repository the name without tag and digest
 * @param tag the tag
 * @param digest the digest with {@code sha256:}
 */
public record ContainerImage(String name, String id, String repository, String tag, String digest) {
    /** An unknown image. */
    public static final ContainerImage UNKNOWN = new ContainerImage("", "", "", "", "");

    /**
     * Parses a reference such as {@code docker.io/library/nginx:1.27@sha256:...}.
     *
     * @param reference the image name
     * @param id the image id; may be empty
     * @param digest the digest if the reference does not have one
     */
    public static ContainerImage parse(String reference, String id, String digest) {
        int at = reference.indexOf('@');
        String name = at < 0 ? reference : reference.substring(0, at);
        int colon = name.indexOf(':', name.lastIndexOf('/') + 1);
        return new ContainerImage(
                reference,
                withoutAlgorithm(id),
                colon < 0 ? name : name.substring(0, colon),
                colon < 0 ? "" : name.substring(colon + 1),
                at < 0 ? digest : reference.substring(at + 1));
    }

    /** Returns true if a name is only an image id. */
    public static boolean isId(String name) {
        String hex = withoutAlgorithm(name);
        return hex.length() == 64 && hex.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    private static String withoutAlgorithm(String id) {
        return id.startsWith("sha256:") ? id.substring("sha256:".length()) : id;
    }
}
