package io.tiercel.image;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A folder in the OCI image layout 1.0 (OCI image-spec, image-layout.md). Manifests, configurations and layers are files named
 * by their hash; an index lists the manifests with their platforms. Every blob's size and hash are verified before use.
 */
record OciLayout(Path folder) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final String VERSION = "{\"imageLayoutVersion\":\"1.0.0\"}";
    private static final String CONTAINERD_NAME = "io.containerd.image.name";
    private static final long MAX_JSON_BYTES = 4 << 20; // the limit that registries apply to manifests

    /** Creates an empty layout. Fails if the folder exists and is not empty. */
    static OciLayout create(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw new ImageException(folder + " exists and is not empty; name a new folder");
                }
            }
        }
        Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.writeString(folder.resolve("oci-layout"), VERSION);
        return new OciLayout(folder);
    }

    /** Opens a layout. Fails if the folder is not a layout. */
    static OciLayout open(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve("oci-layout")) || !Files.isRegularFile(folder.resolve("index.json"))) {
            throw new ImageException(folder
                    + " is not an OCI layout: it has no index.json; name a folder that ./tiercel image --oci made");
        }
        return new OciLayout(folder);
    }

    /** Adds the blobs and the manifest of a tar archive in OCI layout. */
    void importArchive(Path tar, OciPlatform platform, String name) throws IOException {
        OciIndex index = OciIndex.of(List.of());
        try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(tar))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (entry.getName().equals("index.json")) {
                    index = JSON.readValue(in.readAllBytes(), OciIndex.class);
                } else if (entry.isFile() && entry.getName().startsWith("blobs/")) {
                    Files.copy(
                            in,
                            folder.resolve("blobs/sha256")
                                    .resolve(Path.of(entry.getName()).getFileName()));
                }
            }
        }
        OciDescriptor manifest = index.manifests().getFirst();
        writeIndex(manifest.with(platform, names(name)));
    }

    /** Returns the manifests, one for each platform. */
    List<OciDescriptor> manifests() throws IOException {
        List<OciDescriptor> found = new ArrayList<>();
        for (OciDescriptor listed :
                read(folder.resolve("index.json"), OciIndex.class).manifests()) {
            switch (listed.mediaType()) {
                case OciDescriptor.MANIFEST -> found.add(listed);
                case OciDescriptor.INDEX ->
                    found.addAll(read(blob(listed), OciIndex.class).manifests());
                default ->
                    throw new ImageException(folder + ": unknown media type of a manifest: " + listed.mediaType());
            }
        }
        return found;
    }

    /** Copies a manifest, its configuration and its layers from another layout. */
    void copyManifest(OciLayout from, OciDescriptor manifest) throws IOException {
        JsonNode read = from.read(from.blob(manifest), JsonNode.class);
        OciDescriptor configuration = JSON.treeToValue(read.path("config"), OciDescriptor.class);
        OciPlatform platform = manifest.platform();
        if (platform == null) {
            throw new ImageException(from.folder + ": the index names no platform for " + manifest.digest());
        }
        JsonNode image = from.read(from.blob(configuration), JsonNode.class);
        if (!image.path("architecture").asText().equals(platform.architecture())
                || !image.path("os").asText().equals(platform.os())) {
            throw new ImageException("%s: the index says that %s is for %s, but the image is for %s/%s"
                    .formatted(
                            from.folder,
                            manifest.digest(),
                            platform,
                            image.path("os").asText(),
                            image.path("architecture").asText()));
        }
        copy(from, manifest);
        copy(from, configuration);
        for (JsonNode layer : read.path("layers")) {
            copy(from, JSON.treeToValue(layer, OciDescriptor.class));
        }
    }

    /** Makes the manifests one multi-platform image, the only image of this layout. */
    OciDescriptor writeMultiPlatformIndex(List<OciDescriptor> manifests, String name) throws IOException {
        byte[] index = JSON.writeValueAsBytes(OciIndex.of(
                manifests.stream().map(each -> each.with(each.platform(), null)).toList()));
        OciDescriptor all = OciDescriptor.of(OciDescriptor.INDEX, index);
        Files.write(path(all), index);
        writeIndex(all.with(null, names(name)));
        return all;
    }

    /** Returns the name of the layout's image. */
    String name() throws IOException {
        return read(folder.resolve("index.json"), OciIndex.class).manifests().stream()
                .map(OciDescriptor::annotations)
                .map(annotations -> annotations == null ? "" : annotations.getOrDefault(CONTAINERD_NAME, ""))
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElseThrow(() -> new ImageException(folder + " does not name its image; pass --name"));
    }

    private static Map<String, String> names(String name) {
        String tag = name.substring(name.lastIndexOf(':') + 1);
        return Map.of("org.opencontainers.image.ref.name", tag, CONTAINERD_NAME, name);
    }

    private void writeIndex(OciDescriptor descriptor) throws IOException {
        Files.write(folder.resolve("index.json"), JSON.writeValueAsBytes(OciIndex.of(List.of(descriptor))));
    }

    private void copy(OciLayout from, OciDescriptor descriptor) throws IOException {
        Files.copy(from.blob(descriptor), path(descriptor), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path path(OciDescriptor descriptor) {
        return folder.resolve("blobs/sha256").resolve(descriptor.hash());
    }

    private Path blob(OciDescriptor descriptor) throws IOException {
        Path file = path(descriptor);
        if (!Files.isRegularFile(file)) {
            throw new ImageException(folder + ": the blob " + descriptor.digest() + " is missing");
        }
        if (Files.size(file) != descriptor.size() || !ImageFile.sha256(file).equals(descriptor.hash())) {
            throw new ImageException(file + " is damaged: its size or hash differs from the descriptor");
        }
        return file;
    }

    private <T> T read(Path file, Class<T> type) throws IOException {
        if (Files.size(file) > MAX_JSON_BYTES) {
            throw new ImageException(file + " is larger than the limit of 4 MiB");
        }
        return JSON.readValue(Files.readString(file, StandardCharsets.UTF_8), type);
    }
}
