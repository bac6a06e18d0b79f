package io.tiercel.image;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The Maven libraries of an image folder, by jar name. Reads the folder's {@code libraries.txt}, whose lines are
 * {@code group:artifact:version} or {@code group:artifact:version:classifier}.
 */
final class MavenLibraries {
    private final Map<String, PackageURL> byJar;

    private MavenLibraries(Map<String, PackageURL> byJar) {
        this.byJar = byJar;
    }

    static MavenLibraries read(Path folder) throws IOException {
        Path file = folder.resolve("libraries.txt");
        Map<String, PackageURL> byJar = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split(":", -1);
            if (parts.length != 3 && parts.length != 4) {
                throw new ImageException(file + ": expected group:artifact:version[:classifier], found: " + line);
            }
            String jar = parts[1] + "-" + parts[2] + (parts.length == 4 ? "-" + parts[3] : "") + ".jar";
            PackageURL url = url(parts);
            byJar.put(jar, url);
            byJar.put(parts[0] + "." + jar, url); // Quarkus names jars this way
        }
        return new MavenLibraries(byJar);
    }

    Optional<PackageURL> named(String jar) {
        return Optional.ofNullable(byJar.get(jar));
    }

    private static PackageURL url(String[] parts) {
        TreeMap<String, String> qualifiers = new TreeMap<>(Map.of("type", "jar"));
        if (parts.length == 4) {
            qualifiers.put("classifier", parts[3]);
        }
        try {
            return new PackageURL("maven", parts[0], parts[1], parts[2], qualifiers, null);
        } catch (MalformedPackageURLException e) {
            throw new ImageException(String.join(":", parts) + " is not a valid Maven coordinate", e);
        }
    }
}
