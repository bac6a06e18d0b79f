package io.tiercel.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All files of an image, in the order in which they go into it, so that the same folder and libraries give the same image.
 *
 * @param system libraries of this machine
 * @param own the image's layers, filled
 */
record Contents(List<ImageFile> system, List<Filled> own) {
    /** A layer and its files. */
    record Filled(String name, List<ImageFile> files) {}

    static Contents of(Image image) throws IOException {
        List<ImageFile> system = new ArrayList<>();
        for (Path library : SystemLibraries.wantedBy(image.folder(), image.opened())) {
            system.add(new ImageFile(library.toRealPath(), library.toString(), true));
        }
        List<Filled> own = new ArrayList<>();
        for (Image.Layer layer : image.layers()) {
            List<ImageFile> files = new ArrayList<>();
            for (String part : layer.parts()) {
                files.addAll(below(image.folder(), part));
            }
            own.add(new Filled(layer.name(), List.copyOf(files)));
        }
        return new Contents(List.copyOf(system), List.copyOf(own));
    }

    private static List<ImageFile> below(Path folder, String part) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve(part))) {
            List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
            List<ImageFile> found = new ArrayList<>();
            for (Path file : files) {
                found.add(new ImageFile(
                        file.toRealPath(), Image.HOME + "/" + folder.relativize(file), Files.isExecutable(file)));
            }
            return found;
        }
    }
}
