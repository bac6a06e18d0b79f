package io.tiercel.image;

import com.google.cloud.tools.jib.api.ImageReference;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pushes OCI layouts to a registry: one image, or the images of several platforms under one name. */
@Command(
        name = "push",
        mixinStandardHelpOptions = true,
        description = "Pushes OCI layouts to a registry, joined into one multi-platform image if there are several.",
        footer = {
            "",
            "Credentials come from the environment variables TIERCEL_REGISTRY_USERNAME and TIERCEL_REGISTRY_PASSWORD,",
            "from the files of podman login and docker login, or from an installed credential helper."
        })
final class PushCommand implements Callable<Integer> {
    @Parameters(arity = "1..16", paramLabel = "LAYOUT", description = "OCI layouts that ./tiercel image --oci made.")
    private List<Path> layouts = List.of();

    @Option(names = "--name", description = "Registry, name and tag. Default: those of the first layout.")
    private Optional<String> name = Optional.empty();

    @Mixin
    private RegistryOptions registry = new RegistryOptions();

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream progress;

    PushCommand() {
        this(System.getenv(), System.out, System.err);
    }

    /**
     * Creates the command.
     *
     * @param out receives the result
     * @param progress receives one line for each blob
     */
    PushCommand(Map<String, String> environment, PrintStream out, PrintStream progress) {
        this.environment = environment;
        this.out = out;
        this.progress = progress;
    }

    @Override
    public Integer call() throws Exception {
        OciLayout first = OciLayout.open(layouts.getFirst());
        String imageName = name.isPresent() ? name.get() : first.name();
        ImageName.inRegistry(imageName);
        Path work = Files.createTempDirectory("tiercel-push");
        try {
            OciLayout layout = layouts.size() == 1 ? first : OciLayout.join(work.resolve("joined"), layouts, imageName);
            push(layout, imageName, registry, work);
            return 0;
        } finally {
            MakeCommand.delete(work);
        }
    }

    /** Pushes a layout, and prints the digest with which the registry lists it. */
    void push(OciLayout layout, String name, RegistryOptions options, Path work) throws IOException {
        ImageReference image = ImageName.inRegistry(name);
        if (options.authorities().isPresent()) {
            RegistryTrust.add(options.authorities().get(), work.resolve("trust.p12"));
        }
        if (!options.insecure()) {
            RegistryProbe.check(image.getRegistry());
        }
        String digest = new ImageRegistry(image, options.insecure(), environment, progress).push(layout);
        out.println(name + " " + digest + " pushed, for " + String.join(", ", layout.platforms()));
    }
}
