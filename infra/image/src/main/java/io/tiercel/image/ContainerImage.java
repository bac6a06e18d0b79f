package io.tiercel.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Writes an image as a tar file. Files are sorted by name and share one timestamp, so the same contents give the same digest.
 * The timestamp is the one that the AOT cache expects of its jars.
 *
 * @param bill the bill of materials, which becomes part of the image
 */
record ContainerImage(ImageSpec image, ImageContents contents, Path bill, OciPlatform platform) {
    private static final Instant TIME = Instant.ofEpochSecond(1);
    private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
    private static final FilePermissions DATA = FilePermissions.fromOctalString("644");
    private static final FilePermissions VOLUME = FilePermissions.fromOctalString("700");

    /**
     * Writes the image.
     *
     * @param work an empty folder for intermediate files
     * @return the image ID: the hash of the configuration, which {@code podman images} shows and every push keeps
     */
    String write(Path tar, String name, ImageFormat format, Path work) throws Exception {
        JibContainerBuilder builder = Jib.fromScratch()
                .setFormat(format)
                .setPlatforms(Set.of(new Platform(platform.architecture(), platform.os())))
                .setCreationTime(TIME)
                .setEnvironment(image.environment())
                .setEntrypoint(image.entry())
                .setProgramArguments(image.arguments())
                .setLabels(image.labels())
                .addFileEntriesLayer(layer("system libraries", contents.systemLibraries()));
        image.ports().forEach(port -> builder.addExposedPort(Port.tcp(port)));
        contents.layers().forEach(each -> builder.addFileEntriesLayer(layer(each.name(), each.files())));
        builder.addFileEntriesLayer(
                layer("bill", List.of(new ImageFile(bill, ImageSpec.HOME + "/sbom.cdx.json", false))));
        image.user().ifPresent(builder::setUser);
        if (image.volume().isPresent()) {
            String path = image.volume().get();
            builder.addVolume(AbsoluteUnixPath.get(path));
            builder.addFileEntriesLayer(volumeLayer(path, work));
        }
        JibContainer written =
                builder.containerize(Containerizer.to(TarImage.at(tar).named(name))
                        .setOfflineMode(true)
                        .setApplicationLayersCache(work)
                        .setBaseImageLayersCache(work));
        return written.getImageId().toString();
    }

    private static FileEntriesLayer layer(String name, List<ImageFile> files) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        for (ImageFile file : files) {
            layer.addEntry(file.source(), AbsoluteUnixPath.get(file.path()), file.executable() ? PROGRAM : DATA, TIME);
        }
        return layer.build();
    }

    /** A new volume takes its owner and permissions from the image's folder at the mount path. */
    private FileEntriesLayer volumeLayer(String path, Path emptyFolder) {
        return FileEntriesLayer.builder()
                .setName("volume")
                .addEntry(
                        emptyFolder,
                        AbsoluteUnixPath.get(path),
                        VOLUME,
                        TIME,
                        image.user().orElse("0:0"))
                .build();
    }
}
