package io.tiercel.image;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an image holds, and how its program is started. Nothing else is in it: no shell, no distribution.
 *
 * @param title its name without registry and tag
 * @param folder what {@code ./tiercel image} has made; it lies under {@link #HOME}
 * @param layers parts of the folder; what changes most often comes last
 * @param opened libraries of this machine that are opened by name at run time
 * @param user number of user and group, or empty where only whoever runs it knows
 */
record Image(
        String title,
        Path folder,
        List<Layer> layers,
        List<Path> opened,
        Map<String, String> environment,
        List<String> entry,
        List<String> arguments,
        Optional<String> user,
        Optional<String> volume,
        Set<Integer> ports) {
    static final String HOME = "/opt/tiercel";
    static final String VERSION = "0.1.0";
    static final String CACHE = "tiercel.aot";

    /** Sorted, since maps and sets have another order in each Java machine, and images of another order another digest. */
    Image {
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
    }

    /** Some files and folders of the folder. */
    record Layer(String name, List<String> parts) {}

    /** The name by which it is known where no other is asked for. */
    String name() {
        return title + ":" + VERSION;
    }
}
