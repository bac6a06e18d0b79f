package io.tiercel.image;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Handmade OCI layouts of one platform, which share a layer. */
final class TestLayout {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    private TestLayout() {}

    static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static String blob(Path layout, String type, String content) throws Exception {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        Files.write(layout.resolve("blobs/sha256").resolve(sha256(bytes)), bytes);
        return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d"
                .formatted(type, sha256(bytes), bytes.length);
    }

    /** Writes a layout. The architecture in its index and the one in its configuration may differ. */
    static Path write(Path folder, String name, String indexed, String configured) throws Exception {
        Path layout = folder.resolve(name);
        Files.createDirectories(layout.resolve("blobs/sha256"));
        Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        String configuration = blob(
                layout,
                "application/vnd.oci.image.config.v1+json",
                "{\"os\":\"linux\",\"architecture\":\"%s\"}".formatted(configured));
        String layer = blob(layout, "application/vnd.oci.image.layer.v1.tar+gzip", "a layer for all");
        String manifest = blob(
                layout,
                MANIFEST,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s},\"layers\":[%s}]}"
                        .formatted(MANIFEST, configuration, layer));
        Files.writeString(layout.resolve("index.json"), """
                {"schemaVersion":2,"mediaType":"%s","manifests":[%s,"platform":{"os":"linux","architecture":"%s"},
                 "annotations":{"io.containerd.image.name":"example.com/tiercel/sensor:7"}}]}""".formatted(INDEX, manifest, indexed));
        return layout;
    }
}
