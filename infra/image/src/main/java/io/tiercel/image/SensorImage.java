package io.tiercel.image;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The image of the node sensor. It runs as the user that the pod names: root without most of root's capabilities. */
final class SensorImage {
    private static final List<String> BPF = List.of(
            "/lib/x86_64-linux-gnu/libbpf.so.1", "/lib/aarch64-linux-gnu/libbpf.so.1", "/usr/lib64/libbpf.so.1");

    private SensorImage() {}

    static Image of(Path folder) {
        return new Image(
                "tiercel/sensor",
                folder,
                List.of(
                        new Image.Layer("runtime", List.of("runtime")),
                        new Image.Layer("lib", List.of("lib", "native")),
                        new Image.Layer("sensor", List.of("tiercel.jar", "java-options", "rules")),
                        new Image.Layer("cache", List.of(Image.CACHE))),
                List.of(libbpf()),
                Map.of("TIERCEL_HOME", Image.HOME, "MALLOC_ARENA_MAX", "1", "MALLOC_MMAP_THRESHOLD_", "65536"),
                entry(),
                List.of("sensor"),
                Optional.empty(),
                Optional.empty(),
                Set.of());
    }

    /** As in the launcher, which a folder without a shell cannot run. */
    private static List<String> entry() {
        return List.of(
                Image.HOME + "/runtime/bin/java",
                "@" + Image.HOME + "/java-options",
                "-Xmx128m",
                "-XX:AOTCache=" + Image.HOME + "/" + Image.CACHE,
                "-Djffi.boot.library.path=" + Image.HOME + "/native",
                "-Dio.netty.tmpdir=" + Image.HOME, // looked for at its start, and never written to
                "-cp",
                Image.HOME + "/tiercel.jar",
                "io.tiercel.sensor.cli.Tiercel");
    }

    private static Path libbpf() {
        return BPF.stream()
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new ImageException("libbpf.so.1 is not here: install Debian's package libbpf1"));
    }
}
