package io.tiercel.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Rewrites an OCI layout as a machine of another architecture would have made it, with the same files. */
final class OtherPlatform {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OtherPlatform() {}

    static void copy(Path layout, Path to, String architecture) throws Exception {
        Tool.onPath("cp").out("-a", layout.toString(), to.toString());
        ObjectNode index = read(to.resolve("index.json"));
        ObjectNode listed = (ObjectNode) index.at("/manifests/0");
        ObjectNode manifest = read(blob(to, listed));
        ObjectNode pointer = (ObjectNode) manifest.path("config");
        ObjectNode configuration = read(blob(to, pointer));
        configuration.put("architecture", architecture);
        replace(to, pointer, configuration);
        replace(to, listed, manifest);
        listed.putObject("platform").put("os", "linux").put("architecture", architecture);
        Files.write(to.resolve("index.json"), JSON.writeValueAsBytes(index));
    }

    private static ObjectNode read(Path file) throws Exception {
        return (ObjectNode) JSON.readTree(file.toFile());
    }

    private static Path blob(Path layout, ObjectNode descriptor) {
        return layout.resolve("blobs/" + descriptor.path("digest").asText().replace(':', '/'));
    }

    private static void replace(Path layout, ObjectNode descriptor, ObjectNode content) throws Exception {
        Files.delete(blob(layout, descriptor));
        byte[] bytes = JSON.writeValueAsBytes(content);
        descriptor.put(
                "digest",
                "sha256:"
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        descriptor.put("size", bytes.length);
        Files.write(blob(layout, descriptor), bytes);
    }
}
