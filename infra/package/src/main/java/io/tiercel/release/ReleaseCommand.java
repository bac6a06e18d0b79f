package io.tiercel.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes files of a release from trees. {@code ./tiercel package} calls it. */
@Command(name = "release", mixinStandardHelpOptions = true, description = "Writes files of a release.")
public final class ReleaseCommand implements Callable<Integer> {
    /** The files to write. */
    enum Part {
        archives,
        deb,
        rpm,
        chart,
        images
    }

    @Option(names = "--root", required = true, description = "The project's folder.")
    private Path root = Path.of("");

    @Option(names = "--output", required = true, description = "The existing folder to write to.")
    private Path output = Path.of("");

    @Option(names = "--version-number", required = true, description = "The version of the release.")
    private String version = "";

    @Option(names = "--revision", description = "The revision of the packages. Default: ${DEFAULT-VALUE}.")
    private int revision = 1;

    @Option(names = "--time", required = true, description = "The time of the release in seconds since 1970.")
    private long time;

    @Option(names = "--part", required = true, description = "What to write: ${COMPLETION-CANDIDATES}.")
    private Set<Part> parts = EnumSet.noneOf(Part.class);

    @Option(names = "--program", required = true, description = "A program to write: ${COMPLETION-CANDIDATES}.")
    private Set<Tree.Kind> programs = EnumSet.noneOf(Tree.Kind.class);

    @Option(names = "--layout", description = "A folder in OCI layout, which becomes an archive of the same name.")
    private List<Path> layouts = List.of();

    @Parameters(paramLabel = "KIND:ARCHITECTURE=FOLDER", description = "Trees that ./tiercel image made.")
    private List<String> trees = List.of();

    private int total;
    private int begun;

    private ReleaseCommand() {}

    /** Runs the command and exits with its status: 0, 1 if a file cannot be written, 2 for invalid arguments. */
    public static void main(String... arguments) {
        System.exit(new CommandLine(new ReleaseCommand())
                .setExecutionExceptionHandler((e, _, _) -> {
                    System.err.println("tiercel: package: " + (e instanceof ReleaseException ? e.getMessage() : e));
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException {
        List<Tree> all = trees.stream().map(Tree::parse).toList();
        List<Tree> written =
                all.stream().filter(tree -> programs.contains(tree.kind())).toList();
        total = filesOf(written.size());
        if (parts.contains(Part.archives)) {
            for (Tree tree : written) {
                archive(tree);
            }
        }
        if (parts.contains(Part.deb) || parts.contains(Part.rpm)) {
            packages(all, written);
        }
        if (parts.contains(Part.chart)) {
            write("tiercel-" + version + ".tgz", file -> tar(file, root.resolve("infra/helm/tiercel"), "tiercel/"));
        }
        if (parts.contains(Part.images)) {
            for (Path layout : layouts) {
                write(layout.getFileName() + ".tar", file -> tar(file, layout, ""));
            }
        }
        return 0;
    }

    /** Returns the number of files to write for a number of trees. */
    private int filesOf(int written) {
        int packages = written + 1; // tiercel-common
        return (parts.contains(Part.archives) ? written : 0)
                + (parts.contains(Part.deb) ? packages : 0)
                + (parts.contains(Part.rpm) ? packages : 0)
                + (parts.contains(Part.chart) ? 1 : 0)
                + (parts.contains(Part.images) ? layouts.size() : 0);
    }

    private void archive(Tree tree) throws IOException {
        String name = tree.program() + "-" + version + "-linux-" + tree.architecture();
        write(name + ".tar.gz", file -> {
            try (TarArchive tar = TarArchive.create(file)) {
                for (Path each : tree.files()) {
                    tar.add(each, name + "/" + tree.relative(each));
                }
                tar.add(root.resolve("LICENSE"), name + "/LICENSE");
            }
        });
    }

    /** Writes the packages of the given trees, and the common package, which describes the commands of all programs. */
    private void packages(List<Tree> all, List<Tree> written) throws IOException {
        Path work = Files.createTempDirectory("tiercel-release");
        try {
            Packages packages =
                    new Packages(root.resolve("infra/package/files"), root.resolve("LICENSE"), version, revision);
            List<Distributable> contents = new ArrayList<>();
            for (Tree tree : written) {
                contents.add(packages.of(tree));
            }
            contents.add(packages.common(Documentation.write(
                    oneOfEachKind(all),
                    version,
                    Instant.ofEpochSecond(time),
                    Files.createDirectory(work.resolve("doc")))));
            for (Distributable each : contents) {
                if (parts.contains(Part.deb)) {
                    Path control = Files.createDirectory(work.resolve(each.debianFile()));
                    write(each.debianFile(), file -> DebianPackage.write(each, file, control));
                }
                if (parts.contains(Part.rpm)) {
                    write(each.rpmFile(), file -> RpmPackage.write(each, file, Instant.ofEpochSecond(time)));
                }
            }
        } finally {
            delete(work);
        }
    }

    /** The commands are the same on every architecture. */
    private static List<Tree> oneOfEachKind(List<Tree> trees) {
        List<Tree> found = new ArrayList<>();
        for (Tree.Kind kind : Tree.Kind.values()) {
            Optional<Tree> tree =
                    trees.stream().filter(each -> each.kind() == kind).findFirst();
            found.add(tree.orElseThrow(() -> new ReleaseException("packages require a tree of the " + kind)));
        }
        return found;
    }

    private static void tar(Path archive, Path folder, String prefix) throws IOException {
        try (TarArchive tar = TarArchive.create(archive)) {
            tar.addFolder(folder, prefix);
        }
    }

    /** Writes a file. */
    private interface Writer {
        void write(Path file) throws IOException;
    }

    private void write(String name, Writer writer) throws IOException {
        begun++;
        System.err.println("tiercel: writing %s [%d/%d]".formatted(name, begun, total)); // scripts/progress.sh shows it
        writer.write(output.resolve(name));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
