package io.tiercel.image;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** Which package of a Debian or one of its descendants a file of this machine comes from. */
final class DebianPackages {
    private final Properties system = new Properties();

    DebianPackages(Path osRelease) throws IOException {
        if (Files.exists(osRelease)) {
            try (InputStream in = Files.newInputStream(osRelease)) {
                system.load(in);
            }
        }
    }

    /** Empty where no package has the file, or there is no dpkg. */
    Optional<PackageURL> owning(Path file) {
        String path = file.toString();
        // Packages made before /lib became a link to /usr/lib name the file as it was there.
        for (String name : List.of(path, path.replaceFirst("^/usr(?=/lib)", ""))) {
            Optional<PackageURL> found = said("--search", name)
                    .map(line -> line.substring(0, Math.max(0, line.indexOf(": "))))
                    .flatMap(owner -> said("--show", "--showformat=${Package} ${Version} ${Architecture}", owner))
                    .map(line -> line.split(" "))
                    .filter(parts -> parts.length == 3)
                    .map(this::url);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private PackageURL url(String[] parts) {
        String distribution = unquoted("ID", "debian");
        TreeMap<String, String> qualifiers = new TreeMap<>();
        qualifiers.put("arch", parts[2]);
        if (system.containsKey("VERSION_ID")) {
            qualifiers.put("distro", distribution + "-" + unquoted("VERSION_ID", ""));
        }
        try {
            return new PackageURL("deb", distribution, parts[0], parts[1], qualifiers, null);
        } catch (MalformedPackageURLException e) {
            throw new ImageException("no package can be named " + String.join(" ", parts), e);
        }
    }

    private String unquoted(String key, String otherwise) {
        return system.getProperty(key, otherwise).replace("\"", "");
    }

    /** The first line that dpkg-query prints, if it succeeds. */
    private static Optional<String> said(String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "dpkg-query";
        System.arraycopy(words, 0, command, 1, words.length);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? said.lines().findFirst() : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // no dpkg here
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException("interrupted", e);
        }
    }
}
