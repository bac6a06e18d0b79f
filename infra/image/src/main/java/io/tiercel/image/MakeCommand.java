package io.tiercel.image;

import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes an image of a folder and of the system libraries that it wants: as a tar file in the form of {@code docker save}, which
 * docker, podman and containerd load, or as a folder in OCI's form, which can be joined with one of another platform.
 */
@Command(name = "make", mixinStandardHelpOptions = true)
final class MakeCommand implements Callable<Integer> {
    /** Which image. */
    enum Kind {
        sensor,
        server
    }

    /** Where it goes. */
    static final class Target {
        @Option(names = "--tar", description = "The tar file to write.")
        private Optional<Path> tar = Optional.empty();

        @Option(names = "--oci", description = "The folder to make, an OCI layout.")
        private Optional<Path> oci = Optional.empty();
    }

    @Parameters(paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}")
    private Kind kind = Kind.sensor;

    @Option(names = "--folder", required = true, description = "What ./tiercel image has made.")
    private Path folder = Path.of("");

    @ArgGroup(multiplicity = "1", exclusive = false)
    private Target target = new Target();

    @Option(names = "--name", description = "The image's name and tag.")
    private Optional<String> name = Optional.empty();

    @Override
    public Integer call() throws Exception {
        Path home = folder.toRealPath();
        if (!Files.isRegularFile(home.resolve(Image.CACHE))) {
            throw new ImageException(folder + " is no folder that ./tiercel image has made");
        }
        Image image = switch (kind) {
            case sensor -> SensorImage.of(home);
            case server -> ServerImage.of(home);
        };
        Contents contents = Contents.of(image);
        String bill = new BillOfMaterials(
                        image, MavenLibraries.of(home), new DebianPackages(Path.of("/etc/os-release")))
                .of(contents);
        Path work = Files.createTempDirectory("tiercel-image");
        try {
            Path billFile = Files.writeString(work.resolve("sbom.cdx.json"), bill);
            ContainerImage made = new ContainerImage(image, contents, billFile, OciPlatform.here());
            if (target.tar.isPresent()) {
                Path tar = target.tar.get();
                report(
                        made.write(tar, name(image), ImageFormat.Docker, Files.createDirectory(work.resolve("tar"))),
                        image,
                        tar,
                        bill);
            }
            if (target.oci.isPresent()) {
                Path layout = target.oci.get();
                OciLayout into = OciLayout.create(layout);
                Path archive = work.resolve("oci.tar");
                String digest =
                        made.write(archive, name(image), ImageFormat.OCI, Files.createDirectory(work.resolve("oci")));
                into.fill(archive, OciPlatform.here(), name(image));
                report(digest, image, layout, bill);
            }
            return 0;
        } finally {
            delete(work);
        }
    }

    private String name(Image image) {
        return name.orElse(image.name());
    }

    private void report(String digest, Image image, Path out, String bill) throws IOException {
        Path file = out.resolveSibling(out.getFileName() + ".cdx.json");
        Files.writeString(file, bill);
        System.out.println(name(image) + " " + digest + " in " + out + ", what is in it in " + file);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
