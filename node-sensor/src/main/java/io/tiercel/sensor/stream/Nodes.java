package io.tiercel.sensor.stream;

import io.tiercel.sensor.event.NodeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** This machine's identity. */
final class Nodes {
    private static final String KERNEL = "/proc/sys/kernel/";

    private Nodes() {}

    static NodeIdentity here(String hostname) {
        String name = Stream.of(hostname, System.getenv("TIERCEL_HOSTNAME"), System.getenv("FALCO_HOSTNAME"))
                .filter(Objects::nonNull)
                .filter(given -> !given.isEmpty())
                .findFirst()
                .orElseGet(() -> text("hostname"));
        return new NodeIdentity(name, text("random/boot_id"));
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(KERNEL + file)).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
