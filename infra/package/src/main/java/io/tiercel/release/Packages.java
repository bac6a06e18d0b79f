package io.tiercel.release;

import io.tiercel.release.PackageEntry.PackageFile;
import io.tiercel.release.PackageEntry.PackageFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The packages: {@code tiercel-sensor} and {@code tiercel-server}, which contain a tree and a systemd unit, and {@code tiercel-common}
 * with the command {@code tiercel} and its documentation.
 *
 * @param files the folder with units, configuration files and the command
 * @param license the license of the project
 */
record Packages(Path files, Path license, String version, int revision) {
    private static final String HOME = "/usr/lib/tiercel";
    private static final String UNITS = "/usr/lib/systemd/system/";
    private static final String SERVER_USER = "tiercel-server";
    private static final String COMMON = "tiercel-common";
    private static final int FILE = 0644;
    private static final int SECRET = 0600;
    private static final int PROGRAM = 0755;

    /** Returns the package of a tree. */
    Distributable of(Tree tree) throws IOException {
        return switch (tree.kind()) {
            case sensor ->
                packaged(
                        tree,
                        "node sensor of Tiercel, runtime security for hosts",
                        "The sensor evaluates Falco rules on kernel events, and writes or delivers alerts. Its"
                                + " capture program was compiled by " + compiler(tree) + ".",
                        List.of("libbpf1 | libbpf1t64", "libc6 (>= 2.34)", "zlib1g"),
                        List.of("libbpf.so.1()(64bit)", "libc.so.6(GLIBC_2.34)(64bit)", "libz.so.1()(64bit)"),
                        "",
                        List.of("/var/lib/tiercel", "/var/log/tiercel"),
                        List.of(
                                new PackageFolder("/etc/tiercel/rules.d", PROGRAM),
                                configuration("tiercel.yaml", FILE),
                                new PackageFile(
                                        "/etc/tiercel/rules.d/local.yaml", files.resolve("etc/local.yaml"), FILE, true),
                                configuration("sensor.env", SECRET)));
            case server ->
                packaged(
                        tree,
                        "server of Tiercel: incidents, responses and notifications",
                        "The server groups the alerts of sensors into incidents, plans responses and notifies people.",
                        List.of("libc6 (>= 2.34)", "zlib1g"),
                        List.of("libc.so.6(GLIBC_2.34)(64bit)", "libz.so.1()(64bit)"),
                        SERVER_USER,
                        List.of("/var/lib/tiercel-server"),
                        List.of(
                                new PackageFile(
                                        "/usr/lib/sysusers.d/" + SERVER_USER + ".conf",
                                        files.resolve("sysusers/" + SERVER_USER + ".conf"),
                                        FILE,
                                        false),
                                configuration("server.env", SECRET)));
        };
    }

    private static String compiler(Tree tree) throws IOException {
        return Files.readString(tree.folder().resolve("compiler")).strip();
    }

    /** Returns the package of the command {@code tiercel}, with its man pages and completions. */
    Distributable common(List<PackageEntry> documentation) {
        List<PackageEntry> entries = new ArrayList<>(documentation);
        entries.add(new PackageFile("/usr/bin/tiercel", files.resolve("bin/tiercel"), PROGRAM, false));
        entries.add(new PackageFolder("/usr/share/doc/" + COMMON, PROGRAM));
        entries.add(copyright(COMMON));
        return new Distributable(
                COMMON,
                Architecture.all,
                version,
                revision,
                "command line of Tiercel, runtime security for hosts",
                "The command tiercel runs the commands of the packages tiercel-sensor and tiercel-server.",
                List.of(),
                List.of("/bin/sh"),
                "",
                "",
                List.of(),
                sorted(entries));
    }

    private Distributable packaged(
            Tree tree,
            String summary,
            String description,
            List<String> debianDepends,
            List<String> rpmRequires,
            String user,
            List<String> state,
            List<PackageEntry> other)
            throws IOException {
        String unit = tree.program() + ".service";
        List<PackageEntry> entries = new ArrayList<>(other);
        entries.add(new PackageFolder("/etc/tiercel", PROGRAM));
        entries.add(new PackageFile(UNITS + unit, files.resolve("systemd/" + unit), FILE, false));
        entries.add(copyright(tree.program()));
        entries.add(new PackageFolder("/usr/share/doc/" + tree.program(), PROGRAM));
        entries.add(new PackageFolder(HOME, PROGRAM));
        String home = HOME + "/" + tree.kind();
        for (String folder : tree.folders()) {
            entries.add(new PackageFolder(folder.isEmpty() ? home : home + "/" + folder, PROGRAM));
        }
        for (Path file : tree.files()) {
            String path = home + "/" + tree.relative(file);
            entries.add(new PackageFile(path, file, Files.isExecutable(file) ? PROGRAM : FILE, false));
        }
        List<String> depends = new ArrayList<>(List.of(COMMON, "systemd", "init-system-helpers"));
        depends.addAll(debianDepends);
        List<String> requires = new ArrayList<>(List.of(COMMON, "systemd", "/bin/sh"));
        requires.addAll(rpmRequires);
        return new Distributable(
                tree.program(),
                tree.architecture(),
                version,
                revision,
                summary,
                description,
                depends,
                requires,
                unit,
                user,
                state,
                sorted(entries));
    }

    private PackageFile configuration(String name, int mode) {
        return new PackageFile("/etc/tiercel/" + name, files.resolve("etc/" + name), mode, true);
    }

    private PackageFile copyright(String name) {
        return new PackageFile("/usr/share/doc/" + name + "/copyright", license, FILE, false);
    }

    private static List<PackageEntry> sorted(List<PackageEntry> entries) {
        return entries.stream().sorted(Comparator.comparing(PackageEntry::path)).toList();
    }
}
