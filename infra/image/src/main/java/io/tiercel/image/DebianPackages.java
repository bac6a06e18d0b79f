package io.tiercel.image;

import com.github.packageurl.MalformedPackageURLException;
import com.github.packageurl.PackageURL;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds the package that a file belongs to, on Debian and distributions derived from it. */
final class DebianPackages {
    private final Properties osRelease = new Properties();
    private final Map<Path, List<String>> foreign;

    /**
     * Reads the distribution.
     *
     * @param foreign files of packages for another architecture, which are not installed
     */
    DebianPackages(Path osReleaseFile, List<ForeignLibraries.ForeignLibrary> foreign) throws IOException {
        this.foreign = foreign.stream()
                .collect(Collectors.toMap(
                        ForeignLibraries.ForeignLibrary::file,
                        ForeignLibraries.ForeignLibrary::owner,
                        (first, _) -> first));
        if (Files.exists(osReleaseFile)) {
            try (InputStream in = Files.newInputStream(osReleaseFile)) {
                osRelease.load(in);
            }
        }
    }

    /** Returns the package, or empty if no package owns the file or dpkg is not installed. */
    Optional<PackageURL> owning(Path file) {
        List<String> foreignOwner = foreign.get(file);
        if (foreignOwner != null) {
            return Optional.of(url(foreignOwner.toArray(String[]::new)));
        }
        String path = file.toString();
        // Packages from before /lib became a link to /usr/lib list the file under /lib.
        for (String name : List.of(path, path.replaceFirst("^/usr(?=/lib)", ""))) {
            Optional<PackageURL> found = firstLine("--search", name)
                    .map(line -> line.substring(0, Math.max(0, line.indexOf(": "))))
                    .flatMap(owner -> firstLine("--show", "--showformat=${Package} ${Version} ${Architecture}", owner))
                    .map(line -> line.split(" "))
                    .filter(fields -> fields.length == 3)
                    .map(this::url);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private PackageURL url(String[] fields) {
        String distribution = unquoted("ID", "debian");
        TreeMap<String, String> qualifiers = new TreeMap<>();
        qualifiers.put("arch", fields[2]);
        if (osRelease.containsKey("VERSION_ID")) {
            qualifiers.put("distro", distribution + "-" + unquoted("VERSION_ID", ""));
        }
        try {
            return new PackageURL("deb", distribution, fields[0], fields[1], qualifiers, null);
        } catch (MalformedPackageURLException e) {
            throw new ImageException("not a valid package name and version: " + String.join(" ", fields), e);
        }
    }

    private String unquoted(String key, String defaultValue) {
        return osRelease.getProperty(key, defaultValue).replace("\"", "");
    }

    /** Runs dpkg-query and returns the first line of its output, if it succeeds. */
    private static Optional<String> firstLine(String... arguments) {
        String[] command = new String[arguments.length + 1];
        command[0] = "dpkg-query";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? output.lines().findFirst() : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // dpkg is not installed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException("interrupted while dpkg-query ran", e);
        }
    }
}
