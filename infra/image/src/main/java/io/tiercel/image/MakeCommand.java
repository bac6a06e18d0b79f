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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes an image from a folder and the system libraries that it requires. Writes a tar file in the format of
 * {@code docker save}, which docker, podman and containerd load, or an OCI layout, which {@code join} accepts. Pushes the image to
 * a registry.
 */
@Command(
        name = "make",
        mixinStandardHelpOptions = true,
        description = "Makes a container image of the sensor or the server.")
final class MakeCommand implements Callable<Integer> {
    /** The program that the image contains. */
    enum Kind {
        sensor,
        server
    }

    /** The output files. */
    static final class Target {
        @Option(names = "--tar", description = "The tar file to write.")
        private Optional<Path> tar = Optional.empty();

        @Option(names = "--oci", description = "The OCI layout folder to create.")
        private Optional<Path> oci = Optional.empty();

        @Option(names = "--push", description = "Push the image to the registry that --name contains.")
        private boolean push;
    }

    @Parameters(paramLabel = "KIND", description = "The program: ${COMPLETION-CANDIDATES}.")
    private Kind kind = Kind.sensor;

    @Option(names = "--folder", required = true, description = "The folder that ./tiercel image made.")
    private Path folder = Path.of("");

    @ArgGroup(multiplicity = "1", exclusive = false)
    private Target target = new Target();

    @Option(names = "--name", description = "The image's name and tag. With --push, it starts with the registry.")
    private Optional<String> name = Optional.empty();

    @Mixin
    private RegistryOptions registry = new RegistryOptions();

    @Override
    public Integer call() throws Exception {
        if (target.push) {
            ImageName.inRegistry(name.orElse("")); // fails before the image is made
        }
        Path root = folder.toRealPath();
        if (!Files.isRegularFile(root.resolve(ImageSpec.CACHE)) && !ForeignLibraries.isForeign(root)) {
            throw new ImageException(
                    folder + " is not complete: it has no " + ImageSpec.CACHE + "; run ./tiercel image first");
        }
        ImageSpec image = switch (kind) {
            case sensor -> SensorImage.of(root);
            case server -> ServerImage.of(root);
        };
        ImageContents contents = ImageContents.collect(image);
        String bill = new BillOfMaterials(
                        image,
                        MavenLibraries.read(root),
                        new DebianPackages(Path.of("/etc/os-release"), ForeignLibraries.of(root)))
                .json(contents);
        Path work = Files.createTempDirectory("tiercel-image");
        try {
            Path billFile = Files.writeString(work.resolve("sbom.cdx.json"), bill);
            OciPlatform platform = OciPlatform.of(root);
            ContainerImage container = new ContainerImage(image, contents, billFile, platform);
            if (target.tar.isPresent()) {
                Path tar = target.tar.get();
                String id = container
                        .write(tar, name(image), ImageFormat.Docker, Files.createDirectory(work.resolve("tar")))
                        .id();
                System.out.println(name(image) + " in " + tar + ", image ID " + id + billBeside(tar, bill));
            }
            if (target.oci.isPresent() || target.push) {
                OciLayout layout = OciLayout.create(target.oci.orElse(work.resolve("layout")));
                Path archive = work.resolve("oci.tar");
                String digest = container
                        .write(archive, name(image), ImageFormat.OCI, Files.createDirectory(work.resolve("oci")))
                        .manifest();
                layout.importArchive(archive, platform, name(image));
                if (target.oci.isPresent()) {
                    Path folder = target.oci.get();
                    System.out.println(name(image) + " " + digest + " in " + folder + billBeside(folder, bill));
                }
                if (target.push) {
                    new PushCommand().push(layout, name(image), registry, work);
                }
            }
            return 0;
        } finally {
            delete(work);
        }
    }

    private String name(ImageSpec image) {
        return name.orElse(image.defaultName());
    }

    /** Writes the bill of materials beside the image, and returns the end of the message. */
    private static String billBeside(Path image, String bill) throws IOException {
        Path file = image.resolveSibling(image.getFileName() + ".cdx.json");
        Files.writeString(file, bill);
        return ", bill of materials in " + file;
    }

    /** Deletes a folder with its content. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
