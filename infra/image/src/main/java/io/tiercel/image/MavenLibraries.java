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
 * The libraries that Maven has put into a folder, by the names of their jars: from its file {@code libraries.txt}, whose lines
 * are {@code group:artifact:version} or {@code group:artifact:version:classifier}.
 */
final class MavenLibraries {
    private final Map<String, PackageURL> byName;

    private MavenLibraries(Map<String, PackageURL> byName) {
        this.byName = byName;
    }

    static MavenLibraries of(Path folder) throws IOException {
        Path file = folder.resolve("libraries.txt");
        Map<String, PackageURL> byName = new HashMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split(":", -1);
            if (parts.length != 3 && parts.length != 4) {
                throw new ImageException(file + " has a line that is no group:artifact:version: " + line);
            }
            String jar = parts[1] + "-" + parts[2] + (parts.length == 4 ? "-" + parts[3] : "") + ".jar";
            PackageURL url = url(parts);
            byName.put(jar, url);
            byName.put(parts[0] + "." + jar, url); // as Quarkus names them
        }
        return new MavenLibraries(byName);
    }

    Optional<PackageURL> named(String jar) {
        return Optional.ofNullable(byName.get(jar));
    }

    private static PackageURL url(String[] parts) {
        TreeMap<String, String> qualifiers = new TreeMap<>(Map.of("type", "jar"));
        if (parts.length == 4) {
            qualifiers.put("classifier", parts[3]);
        }
        try {
            return new PackageURL("maven", parts[0], parts[1], parts[2], qualifiers, null);
        } catch (MalformedPackageURLException e) {
            throw new ImageException("no library can be named " + String.join(":", parts), e);
        }
    }
}
