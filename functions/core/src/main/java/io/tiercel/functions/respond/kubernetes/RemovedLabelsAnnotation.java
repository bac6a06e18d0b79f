package io.tiercel.functions.respond.kubernetes;

import io.tiercel.functions.json.Json;
import io.tiercel.functions.respond.kubernetes.KubernetesApi.Pod;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The annotation with the labels that isolation removes, so that people can restore them without this product. */
final class RemovedLabelsAnnotation {
    /** Maximum size of the annotations of an object, in bytes of keys and values: the limit of the API server. */
    static final int MAX_ANNOTATIONS = 256 * 1024;

    /** Maximum length of the value, in characters. */
    private static final int MAX_CHARACTERS = 32 * 1024;

    private RemovedLabelsAnnotation() {}

    /**
     * Returns the value.
     *
     * @param base the labels that the pod would have without this product
     * @return the removed labels as JSON; null if they are too long, or if the pod has no room for another annotation
     */
    static @Nullable String of(Pod pod, SortedMap<String, String> base, SortedSet<String> removed) {
        SortedMap<String, String> labels = new TreeMap<>(base);
        labels.keySet().retainAll(removed);
        String value = Json.write(labels);
        long size = bytes(PodPart.REMOVED_LABELS_ANNOTATION) + bytes(value);
        for (Map.Entry<String, String> annotation : pod.annotations().entrySet()) {
            if (!annotation.getKey().equals(PodPart.REMOVED_LABELS_ANNOTATION)) {
                size += bytes(annotation.getKey()) + bytes(annotation.getValue());
            }
        }
        return value.length() <= MAX_CHARACTERS && size <= MAX_ANNOTATIONS ? value : null;
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
