package io.tiercel.release;

import java.nio.file.Path;

/** An entry of a package. It belongs to root. Its path is absolute, and the path of its parent folder exists on every host. */
sealed interface PackageEntry {
    String path();

    /**
     * A file.
     *
     * @param mode permissions, such as 0644
     * @param configuration true if upgrades keep the user's changes
     */
    record PackageFile(String path, Path source, int mode, boolean configuration) implements PackageEntry {}

    /** A folder, which the package removes if it is empty. */
    record PackageFolder(String path, int mode) implements PackageEntry {}
}
