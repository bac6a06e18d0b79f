package io.tiercel.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The image of the functions' local server. The server writes only to its volume. */
final class ServerImage {
    private static final String DATA = "/var/lib/tiercel";
    private static final int PORT = 8466;

    /** An unprivileged user and group id that no distribution assigns. */
    private static final String USER = "65532:65532";

    private ServerImage() {}

    static ImageSpec of(Path folder) {
        boolean cached = ImageSpec.isCached(folder);
        return new ImageSpec(
                "tiercel/server",
                folder,
                Stream.of(
                                new ImageSpec.Layer("runtime", List.of("runtime")),
                                new ImageSpec.Layer("lib", List.of("app/lib", "native")),
                                new ImageSpec.Layer(
                                        "server",
                                        List.of("app/app", "app/quarkus", "app/tiercel-functions.jar", "java-options")),
                                new ImageSpec.Layer("cache", List.of(ImageSpec.CACHE)))
                        .filter(layer -> cached || !layer.name().equals("cache"))
                        .toList(),
                List.of(),
                Map.of(
                        "TIERCEL_DATA",
                        DATA,
                        "TIERCEL_HOST", // the container's loopback cannot be reached from outside
                        "0.0.0.0",
                        "TIERCEL_PORT",
                        Integer.toString(PORT),
                        "SQLITE_TMPDIR",
                        DATA,
                        "MALLOC_ARENA_MAX",
                        "2"),
                entry(cached),
                List.of(),
                Map.of(),
                Optional.of(USER),
                Optional.of(DATA),
                Set.of(PORT));
    }

    /** The command line of the launcher script, which an image without a shell cannot run. */
    private static List<String> entry(boolean cached) {
        String cache = "-XX:AOTCache=" + ImageSpec.HOME + "/" + ImageSpec.CACHE;
        return Stream.of(
                        ImageSpec.HOME + "/runtime/bin/java",
                        "@" + ImageSpec.HOME + "/java-options",
                        "-Xmx256m",
                        cache,
                        "-Dorg.sqlite.lib.path=" + ImageSpec.HOME + "/native",
                        "-Dorg.sqlite.lib.name=libsqlitejdbc.so",
                        "-Djava.library.path=" + ImageSpec.HOME + "/native",
                        "-Djava.io.tmpdir=" + DATA,
                        "-jar",
                        ImageSpec.HOME + "/app/tiercel-functions.jar")
                .filter(argument -> cached || !argument.equals(cache))
                .toList();
    }
}
