package io.tiercel.sensor.process;

import java.util.List;

/** Folders in which only root of a machine creates files. */
final class SystemFolders {
    /** Programs: those of distributions, and those that installers of Kubernetes add. */
    private static final List<String> PROGRAMS = List.of(
            "/usr/",
            "/bin/",
            "/sbin/",
            "/lib/",
            "/lib64/",
            "/opt/",
            "/nix/store/",
            "/snap/",
            "/home/kubernetes/bin/",
            "/var/lib/k0s/bin/",
            "/var/lib/rancher/");

    /** Scripts, whose owner is unknown. Other folders below /usr may belong to services. */
    private static final List<String> SCRIPTS = List.of(
            "/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/libexec/", "/usr/share/debconf/", "/bin/", "/sbin/", "/lib/");

    private SystemFolders() {}

    /** Returns true if the kernel's path of an executable is below a system folder. */
    static boolean contain(String path) {
        return startsWithAny(path, PROGRAMS);
    }

    /** Returns true if the path of a script, as passed to exec, leads to a system folder. */
    static boolean containScript(String path) {
        return startsWithAny(path, SCRIPTS) && !path.contains("/../");
    }

    private static boolean startsWithAny(String path, List<String> folders) {
        for (int i = 0; i < folders.size(); i++) {
            if (path.startsWith(folders.get(i))) {
                return true;
            }
        }
        return false;
    }
}
