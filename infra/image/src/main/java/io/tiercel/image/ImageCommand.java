package io.tiercel.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Writes an image as a tar file in the form of {@code docker save}, which docker, podman and containerd load: nothing but the sensor's folder under {@code /opt/tiercel} and the system libraries that
 * it wants. No shell, no distribution, no user but the one that the pod names. The same folder and libraries give the same
 * digest: files are in the order of their names and have one time, which is also the time that the AOT cache was made for.
 */
@Command(name = "image", mixinStandardHelpOptions = true)
public final class ImageCommand implements Callable<Integer> {
    private static final String HOME = "/opt/tiercel";
    private static final Instant TIME = Instant.ofEpochSecond(1);
    private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
    private static final FilePermissions DATA = FilePermissions.fromOctalString("644");
    private static final List<String> BPF = List.of(
            "/lib/x86_64-linux-gnu/libbpf.so.1", "/lib/aarch64-linux-gnu/libbpf.so.1", "/usr/lib64/libbpf.so.1");

    @Option(names = "--folder", required = true, description = "What ./tiercel image has made.")
    private Path folder = Path.of("");

    @Option(names = "--out", required = true, description = "The tar file to write.")
    private Path out = Path.of("");

    @Option(names = "--name", defaultValue = "tiercel/sensor:0.1.0", description = "The image's name in it.")
    private String name = "";

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ImageCommand())
                .setExecutionExceptionHandler((e, _, _) -> {
                    System.err.println("tiercel: image: " + e.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        Path home = folder.toRealPath();
        if (!Files.isRegularFile(home.resolve("tiercel.aot"))) {
            throw new ImageException(folder + " is no folder that ./tiercel image has made");
        }
        Path bpf = BPF.stream()
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new ImageException("libbpf.so.1 is not here: install Debian's package libbpf1"));
        Path cache = Files.createTempDirectory("tiercel-image");
        try {
            JibContainer made = Jib.fromScratch()
                    .setFormat(ImageFormat.Docker)
                    .setPlatforms(Set.of(new Platform(architecture(), "linux")))
                    .setCreationTime(TIME)
                    .setEnvironment(
                            Map.of("TIERCEL_HOME", HOME, "MALLOC_ARENA_MAX", "1", "MALLOC_MMAP_THRESHOLD_", "65536"))
                    .setEntrypoint(entry())
                    .setProgramArguments("sensor")
                    .addFileEntriesLayer(libraries(SystemLibraries.wantedBy(home, List.of(bpf))))
                    .addFileEntriesLayer(below(home, "runtime", "runtime"))
                    .addFileEntriesLayer(below(home, "lib", "lib", "native"))
                    .addFileEntriesLayer(below(home, "sensor", "tiercel.jar", "tiercel.aot", "java-options", "rules"))
                    .containerize(Containerizer.to(TarImage.at(out).named(name))
                            .setOfflineMode(true)
                            .setApplicationLayersCache(cache)
                            .setBaseImageLayersCache(cache));
            System.out.println(name + " " + made.getDigest() + " in " + out);
            return 0;
        } finally {
            delete(cache);
        }
    }

    /** As in the launcher, which a folder without a shell cannot run. */
    private static List<String> entry() {
        return List.of(
                HOME + "/runtime/bin/java",
                "@" + HOME + "/java-options",
                "-Xmx128m",
                "-XX:AOTCache=" + HOME + "/tiercel.aot",
                "-Djffi.boot.library.path=" + HOME + "/native",
                "-Dio.netty.tmpdir=" + HOME, // looked for at its start, and never written to
                "-cp",
                HOME + "/tiercel.jar",
                "io.tiercel.sensor.cli.Tiercel");
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default ->
                throw new ImageException(
                        "there are images for amd64 and arm64, not for " + System.getProperty("os.arch"));
        };
    }

    private static FileEntriesLayer libraries(Set<Path> files) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("system libraries");
        for (Path file : files) {
            layer.addEntry(file.toRealPath(), AbsoluteUnixPath.fromPath(file), PROGRAM, TIME);
        }
        return layer.build();
    }

    private static FileEntriesLayer below(Path home, String layerName, String... parts) throws IOException {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(layerName);
        for (String part : parts) {
            List<Path> files = new ArrayList<>();
            try (Stream<Path> all = Files.walk(home.resolve(part))) {
                all.filter(Files::isRegularFile).sorted().forEach(files::add);
            }
            for (Path file : files) {
                AbsoluteUnixPath place = AbsoluteUnixPath.get(HOME + "/" + home.relativize(file));
                layer.addEntry(file.toRealPath(), place, Files.isExecutable(file) ? PROGRAM : DATA, TIME);
            }
        }
        return layer.build();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
