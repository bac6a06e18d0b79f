package io.tiercel.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
        Map<String, OciDescriptor> manifests = new TreeMap<>();
        String imageName = name.isPresent()
                ? name.get()
                : OciLayout.open(layouts.getFirst()).name();
        OciLayout joined = OciLayout.create(out);
        for (Path folder : layouts) {
            OciLayout layout = OciLayout.open(folder);
            for (OciDescriptor manifest : layout.manifests()) {
                joined.copyManifest(layout, manifest);
                String platform = String.valueOf(manifest.platform());
                if (manifests.put(platform, manifest) != null) {
                    throw new ImageException(folder + ": another layout is for " + platform
                            + " as well; pass one layout for each platform");
                }
            }
        }
        OciDescriptor index = joined.writeMultiPlatformIndex(List.copyOf(manifests.values()), imageName);
        System.out.println(
                imageName + " " + index.digest() + " in " + out + ", for " + String.join(", ", manifests.keySet()));
        return 0;
    }
}
