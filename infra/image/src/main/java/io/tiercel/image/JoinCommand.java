package io.tiercel.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Joins OCI layouts of single platforms into one multi-platform image. */
@Command(
        name = "join",
        mixinStandardHelpOptions = true,
        description = "Joins OCI layouts of single platforms into one multi-platform image.")
final class JoinCommand implements Callable<Integer> {
    @Parameters(arity = "2..16", paramLabel = "LAYOUT", description = "OCI layouts that ./tiercel image --oci made.")
    private List<Path> layouts = List.of();

    @Option(names = "--oci", required = true, description = "The OCI layout folder to create.")
    private Path out = Path.of("");

    @Option(names = "--name", description = "The image's name and tag. Default: those of the first layout.")
    private Optional<String> name = Optional.empty();

    @Override
    public Integer call() throws Exception {
        String imageName = name.isPresent()
                ? name.get()
                : OciLayout.open(layouts.getFirst()).name();
        OciLayout joined = OciLayout.join(out, layouts, imageName);
        System.out.println(imageName + " " + joined.root().digest() + " in " + out + ", for "
                + String.join(", ", joined.platforms()));
        return 0;
    }
}
