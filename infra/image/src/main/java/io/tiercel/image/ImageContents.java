package io.tiercel.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All files of an image, in a fixed order: the same folder and libraries always give the same image.
 *
 * @param systemLibraries shared libraries of this machine, or of packages for another architecture
 * @param layers the image's own layers with their files
 */
record ImageContents(List<ImageFile> systemLibraries, List<LayerFiles> layers) {
    /** A layer and its files. */
    record LayerFiles(String name, List<ImageFile> files) {}

    static ImageContents collect(ImageSpec image) throws IOException {
        List<ImageFile> libraries = new ArrayList<>();
        if (ForeignLibraries.isForeign(image.folder())) {
            for (ForeignLibraries.ForeignLibrary library : ForeignLibraries.of(image.folder())) {
                libraries.add(new ImageFile(library.file(), library.path(), true));
            }
        } else {
            for (Path library : SystemLibraries.requiredBy(image.folder(), image.loadedLibraries())) {
                libraries.add(new ImageFile(library.toRealPath(), library.toString(), true));
            }
        }
        List<LayerFiles> layers = new ArrayList<>();
        for (ImageSpec.Layer layer : image.layers()) {
            List<ImageFile> files = new ArrayList<>();
            for (String part : layer.parts()) {
                files.addAll(filesBelow(image.folder(), part));
            }
            layers.add(new LayerFiles(layer.name(), List.copyOf(files)));
        }
        return new ImageContents(List.copyOf(libraries), List.copyOf(layers));
    }

    /**
     * Fails if a program or library is for another architecture: it would fail only on the node.
     *
     * @param architecture the architecture of the image, such as {@code arm64}
     */
    void verifyArchitecture(String architecture) throws IOException {
        List<ImageFile> files = new ArrayList<>(systemLibraries);
        layers.forEach(layer -> files.addAll(layer.files()));
        for (ImageFile file : files) {
            Optional<String> found = ElfFile.architecture(file.source());
            if (found.isPresent() && !found.get().equals(architecture)) {
                throw new ImageException("%s in the image is for %s, but the image is for %s"
                        .formatted(file.path(), found.get(), architecture));
            }
        }
    }

    private static List<ImageFile> filesBelow(Path folder, String part) throws IOException {
        try (Stream<Path> all = Files.walk(folder.resolve(part))) {
            List<Path> files = all.filter(Files::isRegularFile).sorted().toList();
            List<ImageFile> found = new ArrayList<>();
            for (Path file : files) {
                found.add(new ImageFile(
                        file.toRealPath(), ImageSpec.HOME + "/" + folder.relativize(file), Files.isExecutable(file)));
            }
            return found;
        }
    }
}
