package io.tiercel.image;

import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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

    @Option(
            names = "--folder",
            required = true,
            description = "The folder that ./tiercel image made. Several, one for each platform, give one image.")
    private List<Path> folders = List.of();

    @ArgGroup(multiplicity = "1", exclusive = false)
    private Target target = new Target();

    @Option(names = "--name", description = "The image's name and tag. With --push, it starts with the registry.")
    private Optional<String> name = Optional.empty();

    @Mixin
    private RegistryOptions registry = new RegistryOptions();

    private int begun;

    @Override
    public Integer call() throws Exception {
        if (target.push) {
            ImageName.inRegistry(name.orElse("")); // fails before the image is made
        }
        if (folders.size() > 1 && target.tar.isPresent()) {
            throw new ImageException("--tar writes an image for one platform; use --oci or --push for several");
        }
        Path work = Files.createTempDirectory("tiercel-image");
        try {
            if (folders.size() == 1) {
                makeOne(folders.getFirst(), work);
            } else {
                makeSeveral(work);
            }
            return 0;
        } finally {
            delete(work);
        }
    }

    /** A folder with everything that its image needs. */
    private record Prepared(String name, OciPlatform platform, ContainerImage container, String bill) {
        /** Writes the image to a new layout. */
        OciLayout layout(Path to, Path work) throws Exception {
            OciLayout layout = OciLayout.create(to);
            Path archive = work.resolve("oci.tar");
            container.write(archive, name, ImageFormat.OCI, Files.createDirectory(work.resolve("oci")));
            layout.importArchive(archive, platform, name);
            Files.delete(archive);
            return layout;
        }
    }

    private void makeOne(Path folder, Path work) throws Exception {
        Prepared image = prepare(folder, work);
        if (target.tar.isPresent()) {
            Path tar = target.tar.get();
            String id = image.container()
                    .write(tar, image.name(), ImageFormat.Docker, Files.createDirectory(work.resolve("tar")));
            Path bill = billBeside(tar, "", image);
            System.out.println(image.name() + " in " + tar + ", image ID " + id + ", bill of materials in " + bill);
        }
        if (target.oci.isPresent() || target.push) {
            OciLayout layout = image.layout(target.oci.orElse(work.resolve("layout")), work);
            finish(
                    layout,
                    image.name(),
                    target.oci.isPresent() ? List.of(billBeside(target.oci.get(), "", image)) : List.of(),
                    work);
        }
    }

    private void makeSeveral(Path work) throws Exception {
        List<Path> layouts = new ArrayList<>();
        List<Path> bills = new ArrayList<>();
        String imageName = "";
        for (Path folder : folders) {
            Path part = Files.createDirectory(work.resolve("part-" + layouts.size()));
            Prepared image = prepare(folder, part);
            imageName = image.name();
            layouts.add(image.layout(part.resolve("layout"), part).folder());
            if (target.oci.isPresent()) {
                bills.add(billBeside(target.oci.get(), "-" + image.platform().architecture(), image));
            }
        }
        finish(OciLayout.join(target.oci.orElse(work.resolve("joined")), layouts, imageName), imageName, bills, work);
    }

    private Prepared prepare(Path folder, Path work) throws IOException {
        Path root = folder.toRealPath();
        if (!ImageSpec.isCached(root) && !ForeignLibraries.isForeign(root)) {
            throw new ImageException(
                    folder + " is not complete: it has no " + ImageSpec.CACHE + "; run ./tiercel image first");
        }
        ImageSpec image = switch (kind) {
            case sensor -> SensorImage.of(root);
            case server -> ServerImage.of(root);
        };
        OciPlatform platform = OciPlatform.of(root);
        begun++;
        System.err.println("tiercel: writing the container image of the %s for %s, %d of %d ..."
                .formatted(kind, platform, begun, folders.size()));
        ImageContents contents = ImageContents.collect(image);
        contents.verifyArchitecture(platform.architecture());
        String bill = new BillOfMaterials(
                        image,
                        MavenLibraries.read(root),
                        new DebianPackages(Path.of("/etc/os-release"), ForeignLibraries.of(root)))
                .json(contents);
        Path billFile = Files.writeString(work.resolve("sbom.cdx.json"), bill);
        return new Prepared(name(image), platform, new ContainerImage(image, contents, billFile, platform), bill);
    }

    /** Prints where the layout is, and pushes it. */
    private void finish(OciLayout layout, String imageName, List<Path> bills, Path work) throws IOException {
        if (target.oci.isPresent()) {
            System.out.println("%s %s in %s, for %s, bill of materials in %s"
                    .formatted(
                            imageName,
                            layout.root().digest(),
                            target.oci.get(),
                            String.join(", ", layout.platforms()),
                            bills.stream().map(Path::toString).collect(Collectors.joining(", "))));
        }
        if (target.push) {
            new PushCommand().push(layout, imageName, registry, work);
        }
    }

    private String name(ImageSpec image) {
        return name.orElse(image.defaultName());
    }

    /** Writes the bill of materials beside the image. */
    private static Path billBeside(Path image, String suffix, Prepared prepared) throws IOException {
        return Files.writeString(image.resolveSibling(image.getFileName() + suffix + ".cdx.json"), prepared.bill());
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
