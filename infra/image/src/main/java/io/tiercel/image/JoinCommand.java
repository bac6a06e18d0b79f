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

/** Makes one image for several platforms of layouts that were made on a machine of each. */
@Command(name = "join", mixinStandardHelpOptions = true)
final class JoinCommand implements Callable<Integer> {
    @Parameters(arity = "2..16", paramLabel = "LAYOUT", description = "Folders that ./tiercel image --oci has made.")
    private List<Path> layouts = List.of();

    @Option(names = "--oci", required = true, description = "The folder to make, an OCI layout of all of them.")
    private Path out = Path.of("");

    @Option(names = "--name", description = "The image's name and tag; if not said, that of the first.")
    private Optional<String> name = Optional.empty();

    @Override
    public Integer call() throws Exception {
        Map<String, OciDescriptor> manifests = new TreeMap<>();
        String itsName = name.isPresent()
                ? name.get()
                : OciLayout.existing(layouts.getFirst()).name();
        OciLayout joined = OciLayout.create(out);
        for (Path folder : layouts) {
            OciLayout layout = OciLayout.existing(folder);
            for (OciDescriptor manifest : layout.manifests()) {
                joined.take(layout, manifest);
                String platform = String.valueOf(manifest.platform());
                if (manifests.put(platform, manifest) != null) {
                    throw new ImageException("two of the layouts are for " + platform + ", the second is " + folder);
                }
            }
        }
        OciDescriptor all = joined.publishAll(List.copyOf(manifests.values()), itsName);
        System.out.println(
                itsName + " " + all.digest() + " in " + out + ", for " + String.join(", ", manifests.keySet()));
        return 0;
    }
}
