package io.tiercel.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The image of the functions' local server. It writes to its volume alone. */
final class ServerImage {
    private static final String DATA = "/var/lib/tiercel";
    private static final int PORT = 8466;

    /** Nobody in particular, on any system. */
    private static final String USER = "65532:65532";

    private ServerImage() {}

    static Image of(Path folder) {
        return new Image(
                "tiercel/server",
                folder,
                List.of(
                        new Image.Layer("runtime", List.of("runtime")),
                        new Image.Layer("lib", List.of("app/lib", "native")),
                        new Image.Layer(
                                "server",
                                List.of("app/app", "app/quarkus", "app/tiercel-functions.jar", "java-options")),
                        new Image.Layer("cache", List.of(Image.CACHE))),
                List.of(),
                Map.of(
                        "TIERCEL_DATA",
                        DATA,
                        "TIERCEL_HOST", // from outside the container nobody reaches its loopback
                        "0.0.0.0",
                        "TIERCEL_PORT",
                        Integer.toString(PORT),
                        "SQLITE_TMPDIR",
                        DATA,
                        "MALLOC_ARENA_MAX",
                        "2"),
                List.of(
                        Image.HOME + "/runtime/bin/java",
                        "@" + Image.HOME + "/java-options",
                        "-Xmx256m",
                        "-XX:AOTCache=" + Image.HOME + "/" + Image.CACHE,
                        "-Dorg.sqlite.lib.path=" + Image.HOME + "/native",
                        "-Dorg.sqlite.lib.name=libsqlitejdbc.so",
                        "-Djava.library.path=" + Image.HOME + "/native",
                        "-Djava.io.tmpdir=" + DATA,
                        "-jar",
                        Image.HOME + "/app/tiercel-functions.jar"),
                List.of(),
                Optional.of(USER),
                Optional.of(DATA),
                Set.of(PORT));
    }
}
