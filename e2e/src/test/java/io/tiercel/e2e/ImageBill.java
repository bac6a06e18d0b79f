package io.tiercel.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The content of an image's bill of materials, with helpers to read the image itself.
 *
 * @param files SHA-256 hashes of files, by path
 * @param urls package URLs of all components that have one
 */
record ImageBill(SortedMap<String, String> files, SortedSet<String> urls) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static ImageBill read(Path file) throws IOException {
        ImageBill bill = new ImageBill(new TreeMap<>(), new TreeSet<>());
        bill.add(JSON.readTree(file.toFile()).path("components"));
        return bill;
    }

    private void add(JsonNode components) {
        for (JsonNode component : components) {
            if (component.has("purl")) {
                urls.add(component.path("purl").asText());
            }
            for (JsonNode occurrence : component.at("/evidence/occurrences")) {
                files.put(
                        occurrence.path("location").asText(),
                        component.at("/hashes/0/content").asText());
            }
            add(component.path("components"));
        }
    }

    /** Unpacks the layers of an image, in the format of docker save, into a folder. */
    static void unpack(Path tar, Path into) throws Exception {
        Path parts = Files.createDirectory(into.resolveSibling(into.getFileName() + ".parts"));
        Files.createDirectories(into);
        Tool.onPath("tar").out("-xf", tar.toString(), "-C", parts.toString());
        for (JsonNode layer :
                JSON.readTree(parts.resolve("manifest.json").toFile()).at("/0/Layers")) {
            Tool.onPath("tar").out("-xzf", parts.resolve(layer.asText()).toString(), "-C", into.toString());
        }
    }

    /** Returns the SHA-256 hashes of the files in a folder, by path. */
    static SortedMap<String, String> hashes(Path folder) throws Exception {
        List<Path> found;
        try (Stream<Path> all = Files.walk(folder)) {
            found = all.filter(Files::isRegularFile).toList();
        }
        SortedMap<String, String> hashes = new TreeMap<>();
        for (Path file : found) {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            hashes.put("/" + folder.relativize(file), HexFormat.of().formatHex(hash));
        }
        return hashes;
    }
}
