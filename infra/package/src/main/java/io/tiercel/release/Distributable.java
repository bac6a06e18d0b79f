package io.tiercel.release;

import java.util.List;

/**
 * A package, independent of its format.
 *
 * @param version the program's version
 * @param revision counts packages of one version, from 1
 * @param summary a noun phrase of at most 70 characters
 * @param description sentences
 * @param debianDepends Debian's field Depends
 * @param rpmRequires names of packages, libraries or files that RPM requires
 * @param unit the systemd unit that the package starts; empty if it starts none
 * @param user the user that {@code /usr/lib/sysusers.d/USER.conf} declares; empty if the package needs none
 * @param state folders that a purge deletes
 */
record Distributable(
        String name,
        Architecture architecture,
        String version,
        int revision,
        String summary,
        String description,
        List<String> debianDepends,
        List<String> rpmRequires,
        String unit,
        String user,
        List<String> state,
        List<PackageEntry> entries) {
    static final String LICENSE = "Apache-2.0";

    /** Returns {@code NAME_VERSION-REVISION_ARCHITECTURE.deb}. */
    String debianFile() {
        return name + "_" + version + "-" + revision + "_" + architecture.debian() + ".deb";
    }

    /** Returns {@code NAME-VERSION-REVISION.ARCHITECTURE.rpm}. */
    String rpmFile() {
        return name + "-" + version + "-" + revision + "." + architecture.rpm() + ".rpm";
    }

    List<String> configurationFiles() {
        return entries.stream()
                .filter(entry -> entry instanceof PackageEntry.PackageFile file && file.configuration())
                .map(PackageEntry::path)
                .toList();
    }
}
