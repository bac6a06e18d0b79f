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
 * What the file system says of rule files, without their contents: two looks are equal if nothing has changed.
 *
 * <p>Links are followed to what they stand for now, so that a switched link (as Kubernetes switches the files of a
 * ConfigMap, several directories up) shows like an edited file. Notifications of the kernel would not tell of that.
 *
 * @param attributes those of every file; instead of a file's, why there are none
 */
record RuleFileSnapshot(Map<Path, Object> attributes) {
    /** Files in directories beyond this number are not looked at. */
    static final int MAX_FILES = 4_096;

    private static final String ATTRIBUTES = "unix:dev,ino,size,lastModifiedTime,ctime";

    RuleFileSnapshot {
        attributes = Map.copyOf(attributes);
    }

    /** Looks at files and, in directories, at the files that rules are read from. */
    static RuleFileSnapshot at(List<Path> paths) {
        Map<Path, Object> attributes = new HashMap<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                inside(path, attributes);
            } else {
                attributes.put(path, attributes(path));
            }
        }
        return new RuleFileSnapshot(attributes);
    }

    private static void inside(Path directory, Map<Path, Object> attributes) {
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
