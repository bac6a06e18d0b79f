package io.tiercel.sensor.event;

import io.tiercel.sensor.process.NodeIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** Determines the identity of the node that the sensor runs on. */
final class LocalNode {
    private static final String KERNEL = "/proc/sys/kernel/";

    private LocalNode() {}

    /**
     * Returns the node's identity.
     *
     * @param hostname the configured name; empty for {@code TIERCEL_HOSTNAME}, {@code FALCO_HOSTNAME} or the kernel's name
     */
    static NodeIdentity identity(String hostname) {
        String name = Stream.of(hostname, System.getenv("TIERCEL_HOSTNAME"), System.getenv("FALCO_HOSTNAME"))
                .filter(Objects::nonNull)
                .filter(candidate -> !candidate.isEmpty())
                .findFirst()
                .orElseGet(() -> read("hostname"));
        return new NodeIdentity(name, read("random/boot_id"));
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(KERNEL + file)).strip();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
