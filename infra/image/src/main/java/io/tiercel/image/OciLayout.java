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
import java.util.TreeMap;
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

    /**
     * Creates a layout with the images of others as one multi-platform image.
     *
     * @param layouts one for each platform
     */
    static OciLayout join(Path out, List<Path> layouts, String name) throws IOException {
        Map<String, OciDescriptor> manifests = new TreeMap<>();
        OciLayout joined = create(out);
        for (Path each : layouts) {
            OciLayout layout = open(each);
            for (OciDescriptor manifest : layout.manifests()) {
                joined.copyManifest(layout, manifest);
                String platform = String.valueOf(manifest.platform());
                if (manifests.put(platform, manifest) != null) {
                    throw new ImageException(each + ": another layout is for " + platform
                            + " as well; pass one layout for each platform");
                }
            }
        }
        joined.writeMultiPlatformIndex(List.copyOf(manifests.values()), name);
        return joined;
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

    /** Returns the layout's image: a manifest, or an index of several. */
    OciDescriptor root() throws IOException {
        List<OciDescriptor> listed =
                read(folder.resolve("index.json"), OciIndex.class).manifests();
        if (listed.size() != 1) {
            throw new ImageException(folder + " contains " + listed.size() + " images; expected one");
        }
        return listed.getFirst();
    }

    /** Returns the configuration of a manifest, then its layers. */
    List<OciDescriptor> blobsOf(OciDescriptor manifest) throws IOException {
        JsonNode read = read(blob(manifest), JsonNode.class);
        List<OciDescriptor> blobs = new ArrayList<>();
        blobs.add(JSON.treeToValue(read.path("config"), OciDescriptor.class));
        for (JsonNode layer : read.path("layers")) {
            blobs.add(JSON.treeToValue(layer, OciDescriptor.class));
        }
        return blobs;
    }

    /** Returns the text of a manifest or an index, byte for byte. */
    String text(OciDescriptor descriptor) throws IOException {
        return text(blob(descriptor));
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

    /** Returns the names of the platforms, such as {@code linux/amd64}. */
    List<String> platforms() throws IOException {
        return manifests().stream()
                .map(manifest -> String.valueOf(manifest.platform()))
                .toList();
    }

    /** Copies a manifest, its configuration and its layers from another layout. */
    private void copyManifest(OciLayout from, OciDescriptor manifest) throws IOException {
        OciPlatform platform = manifest.platform();
        if (platform == null) {
            throw new ImageException(from.folder + ": the index names no platform for " + manifest.digest());
        }
        List<OciDescriptor> blobs = from.blobsOf(manifest);
        JsonNode image = read(from.blob(blobs.getFirst()), JsonNode.class);
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
        for (OciDescriptor blob : blobs) {
            copy(from, blob);
        }
    }

    /** Makes the manifests one multi-platform image, the only image of this layout. */
    private void writeMultiPlatformIndex(List<OciDescriptor> manifests, String name) throws IOException {
        byte[] index = JSON.writeValueAsBytes(OciIndex.of(
                manifests.stream().map(each -> each.with(each.platform(), null)).toList()));
        OciDescriptor all = OciDescriptor.of(OciDescriptor.INDEX, index);
        Files.write(path(all), index);
        writeIndex(all.with(null, names(name)));
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

    /** Returns the file of a blob, whose size and hash are those of the descriptor. */
    Path blob(OciDescriptor descriptor) throws IOException {
        Path file = path(descriptor);
        if (!Files.isRegularFile(file)) {
            throw new ImageException(folder + ": the blob " + descriptor.digest() + " is missing");
        }
        if (Files.size(file) != descriptor.size() || !ImageFile.sha256(file).equals(descriptor.hash())) {
            throw new ImageException(file + " is damaged: its size or hash differs from the descriptor");
        }
        return file;
    }

    private static <T> T read(Path file, Class<T> type) throws IOException {
        return JSON.readValue(text(file), type);
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > MAX_JSON_BYTES) {
            throw new ImageException(file + " is larger than the limit of 4 MiB");
        }
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
