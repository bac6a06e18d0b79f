package io.tiercel.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The image of the node sensor. The pod chooses the user: root with few capabilities. */
final class SensorImage {
    private static final List<String> LIBBPF_PATHS = List.of(
            "/lib/x86_64-linux-gnu/libbpf.so.1", "/lib/aarch64-linux-gnu/libbpf.so.1", "/usr/lib64/libbpf.so.1");

    /** The file that names the compiler of the capture program. */
    private static final String COMPILER = "compiler";

    private SensorImage() {}

    static ImageSpec of(Path folder) throws IOException {
        boolean cached = ImageSpec.isCached(folder);
        return new ImageSpec(
                "tiercel/sensor",
                folder,
                Stream.of(
                                new ImageSpec.Layer("runtime", List.of("runtime")),
                                new ImageSpec.Layer("lib", List.of("lib", "native")),
                                new ImageSpec.Layer(
                                        "sensor", List.of("tiercel.jar", "health", "java-options", COMPILER, "rules")),
                                new ImageSpec.Layer("cache", List.of(ImageSpec.CACHE)))
                        .filter(layer -> cached || !layer.name().equals("cache"))
                        .toList(),
                ForeignLibraries.isForeign(folder) ? List.of() : List.of(libbpf()),
                Map.of("TIERCEL_HOME", ImageSpec.HOME, "MALLOC_ARENA_MAX", "1", "MALLOC_MMAP_THRESHOLD_", "65536"),
                entry(cached),
                List.of("sensor"),
                Map.of(
                        "io.tiercel.compiler",
                        Files.readString(folder.resolve(COMPILER)).strip()),
                Optional.empty(),
                Optional.empty(),
                Set.of());
    }

    /** The command line of the launcher script, which an image without a shell cannot run. */
    private static List<String> entry(boolean cached) {
        String cache = "-XX:AOTCache=" + ImageSpec.HOME + "/" + ImageSpec.CACHE;
        return Stream.of(
                        ImageSpec.HOME + "/runtime/bin/java",
                        "@" + ImageSpec.HOME + "/java-options",
                        "-Xmx128m",
                        cache,
                        "-Djffi.boot.library.path=" + ImageSpec.HOME + "/native",
                        "-Dio.netty.tmpdir=" + ImageSpec.HOME, // Netty checks for it at start and never writes to it
                        "-cp",
                        ImageSpec.HOME + "/tiercel.jar",
                        "io.tiercel.sensor.cli.Tiercel")
                .filter(argument -> cached || !argument.equals(cache))
                .toList();
    }

    private static Path libbpf() {
        return LIBBPF_PATHS.stream()
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() ->
                        new ImageException("libbpf.so.1 was not found on this machine; install the package libbpf1"));
    }
}
