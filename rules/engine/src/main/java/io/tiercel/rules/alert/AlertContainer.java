package io.tiercel.rules.alert;

import io.tiercel.rules.text.Utf8Limit;
import org.jspecify.annotations.Nullable;

/**
 * The container in the context of an alert. Unknown values are null. Texts of more than {@value #MAX_TEXT_BYTES} bytes of UTF-8 are
 * cut and end with {@code ...}.
 *
 * @param id full id
 * @param name name of the container
 * @param image image reference
 * @param imageDigest digest of the image
 * @param runtime name of the container runtime, such as {@code containerd}
 * @param privileged whether the container is privileged
 * @param pod name of the pod
 * @param namespace namespace of the pod
 * @param podUid uid of the pod
 * @param startNanos creation time that the runtime reports, in nanoseconds since the epoch; 0 if unknown
 */
public record AlertContainer(
        @Nullable String id,
        @Nullable String name,
        @Nullable String image,
        @Nullable String imageDigest,
        @Nullable String runtime,
        @Nullable Boolean privileged,
        @Nullable String pod,
        @Nullable String namespace,
        @Nullable String podUid,
        long startNanos) {
    /** Maximum length of a text, in bytes of UTF-8. */
    public static final int MAX_TEXT_BYTES = 256;

    public AlertContainer {
        id = cut(id);
        name = cut(name);
        image = cut(image);
        imageDigest = cut(imageDigest);
        runtime = cut(runtime);
        pod = cut(pod);
        namespace = cut(namespace);
        podUid = cut(podUid);
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null ? null : Utf8Limit.cut(text, MAX_TEXT_BYTES);
    }
}
