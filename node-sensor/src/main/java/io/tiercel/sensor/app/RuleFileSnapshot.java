package io.tiercel.sensor.app;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The metadata of rule files, without their contents. Two snapshots are equal if no file has changed.
 *
 * <p>A snapshot follows symbolic links. A switched link, as in a Kubernetes ConfigMap, therefore appears as a change,
 * even several directories up. inotify would not report that.
 *
 * @param attributes attributes of each file, or the reason why it has none
 */
record RuleFileSnapshot(Map<Path, Object> attributes) {
    /** Maximum number of files; further files are ignored. */
    static final int MAX_FILES = 4_096;

    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime";

    RuleFileSnapshot {
        attributes = Map.copyOf(attributes);
    }

    /** Takes a snapshot of files, and of the rule files in directories. */
    static RuleFileSnapshot take(List<Path> paths) {
        Map<Path, Object> attributes = new HashMap<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                addDirectory(path, attributes);
            } else {
                attributes.put(path, attributes(path));
            }
        }
        return new RuleFileSnapshot(attributes);
    }

    private static void addDirectory(Path directory, Map<Path, Object> attributes) {
        attributes.put(directory, "directory");
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.{yaml,yml}")) {
            for (Path entry : entries) {
                if (attributes.size() >= MAX_FILES) {
                    return;
                }
                attributes.put(entry, attributes(entry));
            }
        } catch (IOException | DirectoryIteratorException e) {
            attributes.put(directory, e.getClass());
        }
    }

    private static Object attributes(Path file) {
        try {
            return Files.readAttributes(file, ATTRIBUTES);
        } catch (IOException e) {
            return e.getClass();
        }
    }
}
