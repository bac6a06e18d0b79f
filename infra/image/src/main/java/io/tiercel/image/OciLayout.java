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
 * A folder in the form of OCI's image layout 1.0: manifests, configurations and layers as files named by their hash, and an
 * index of manifests, each with its platform. A blob is believed only if it has the size and hash that are asked for.
 */
record OciLayout(Path folder) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final String VERSION = "{\"imageLayoutVersion\":\"1.0.0\"}";
    private static final String CONTAINERD_NAME = "io.containerd.image.name";
    private static final long MAX_JSON_BYTES = 4 << 20; // as registries have it

    /** A new, empty one. */
    static OciLayout create(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw new ImageException(folder + " is there already, and not empty: name a new folder");
                }
            }
        }
        Files.createDirectories(folder.resolve("blobs/sha256"));
        Files.writeString(folder.resolve("oci-layout"), VERSION);
        return new OciLayout(folder);
    }

    static OciLayout existing(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve("oci-layout")) || !Files.isRegularFile(folder.resolve("index.json"))) {
            throw new ImageException(
                    folder + " is no folder that ./tiercel image --oci has made: it has no index.json");
        }
        return new OciLayout(folder);
    }

    /** Takes over blobs and manifest of an archive in the same form. */
    void fill(Path tar, OciPlatform platform, String name) throws IOException {
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
        publish(manifest.with(platform, names(name)));
    }

    /** Manifests of single platforms. */
    List<OciDescriptor> manifests() throws IOException {
        List<OciDescriptor> found = new ArrayList<>();
        for (OciDescriptor listed :
                read(folder.resolve("index.json"), OciIndex.class).manifests()) {
            switch (listed.mediaType()) {
                case OciDescriptor.MANIFEST -> found.add(listed);
                case OciDescriptor.INDEX ->
                    found.addAll(read(blob(listed), OciIndex.class).manifests());
                default -> throw new ImageException(folder + " has a manifest of unknown type " + listed.mediaType());
            }
        }
        return found;
    }

    /** Takes over a manifest and all that it needs from another layout. */
    void take(OciLayout from, OciDescriptor manifest) throws IOException {
        JsonNode read = from.read(from.blob(manifest), JsonNode.class);
        OciDescriptor configuration = JSON.treeToValue(read.path("config"), OciDescriptor.class);
        OciPlatform platform = manifest.platform();
        if (platform == null) {
            throw new ImageException(
                    from.folder + " does not say of " + manifest.digest() + " what platform it is for");
        }
        JsonNode made = from.read(from.blob(configuration), JsonNode.class);
        if (!made.path("architecture").asText().equals(platform.architecture())
                || !made.path("os").asText().equals(platform.os())) {
            throw new ImageException("%s says that %s is for %s, but it was made for %s/%s"
                    .formatted(
                            from.folder,
                            manifest.digest(),
                            platform,
                            made.path("os").asText(),
                            made.path("architecture").asText()));
        }
        copy(from, manifest);
        copy(from, configuration);
        for (JsonNode layer : read.path("layers")) {
            copy(from, JSON.treeToValue(layer, OciDescriptor.class));
        }
    }

    /** Makes manifests one image for several platforms, the only one of this layout. */
    OciDescriptor publishAll(List<OciDescriptor> manifests, String name) throws IOException {
        byte[] index = JSON.writeValueAsBytes(OciIndex.of(
                manifests.stream().map(each -> each.with(each.platform(), null)).toList()));
        OciDescriptor all = OciDescriptor.of(OciDescriptor.INDEX, index);
        Files.write(place(all), index);
        publish(all.with(null, names(name)));
        return all;
    }

    /** The name that the layout's image goes by. */
    String name() throws IOException {
        return read(folder.resolve("index.json"), OciIndex.class).manifests().stream()
                .map(OciDescriptor::annotations)
                .map(annotations -> annotations == null ? "" : annotations.getOrDefault(CONTAINERD_NAME, ""))
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElseThrow(() -> new ImageException(folder + " does not say what its image is called: say --name"));
    }

    private static Map<String, String> names(String name) {
        String tag = name.substring(name.lastIndexOf(':') + 1);
        return Map.of("org.opencontainers.image.ref.name", tag, CONTAINERD_NAME, name);
    }

    private void publish(OciDescriptor descriptor) throws IOException {
        Files.write(folder.resolve("index.json"), JSON.writeValueAsBytes(OciIndex.of(List.of(descriptor))));
    }

    private void copy(OciLayout from, OciDescriptor descriptor) throws IOException {
        Files.copy(from.blob(descriptor), place(descriptor), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path place(OciDescriptor descriptor) {
        return folder.resolve("blobs/sha256").resolve(descriptor.hash());
    }

    private Path blob(OciDescriptor descriptor) throws IOException {
        Path file = place(descriptor);
        if (!Files.isRegularFile(file)) {
            throw new ImageException(folder + " lacks the blob " + descriptor.digest());
        }
        if (Files.size(file) != descriptor.size() || !Digests.of(file).equals(descriptor.hash())) {
            throw new ImageException(file + " is damaged: its size or hash is not what is asked for");
        }
        return file;
    }

    private <T> T read(Path file, Class<T> type) throws IOException {
        if (Files.size(file) > MAX_JSON_BYTES) {
            throw new ImageException(file + " is larger than 4 MiB");
        }
        return JSON.readValue(Files.readString(file, StandardCharsets.UTF_8), type);
    }
}
