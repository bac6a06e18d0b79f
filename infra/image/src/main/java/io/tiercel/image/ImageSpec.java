package io.tiercel.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The content of an image, and the command that starts its program. An image contains nothing else: no shell, no distribution.
 *
 * @param title the image's name without registry and tag
 * @param folder the folder that {@code ./tiercel image} made; in the image it is {@link #HOME}
 * @param layers parts of the folder; the parts that change most often come last
 * @param loadedLibraries libraries of this machine that the program opens by name at run time
 * @param labels labels of the image
 * @param user user and group id, or empty if the deployment chooses the user
 */
record ImageSpec(
        String title,
        Path folder,
        List<Layer> layers,
        List<Path> loadedLibraries,
        Map<String, String> environment,
        List<String> entry,
        List<String> arguments,
        Map<String, String> labels,
        Optional<String> user,
        Optional<String> volume,
        Set<Integer> ports) {
    static final String HOME = "/opt/tiercel";
    static final String VERSION = "0.2.0";
    static final String CACHE = "tiercel.aot";

    /**
     * Sorts the environment, labels and ports: the iteration order of maps and sets differs between JVM runs, and so would the
     * digest.
     */
    ImageSpec {
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
    }

    /** Files and subfolders of the folder that form one layer. */
    record Layer(String name, List<String> parts) {}

    /** Returns true if an image folder has an AOT cache. It has none if it was made on a machine of another architecture. */
    static boolean isCached(Path folder) {
        return Files.exists(folder.resolve(CACHE));
    }

    /** The image's name if the user names none. */
    String defaultName() {
        return title + ":" + VERSION;
    }
}
