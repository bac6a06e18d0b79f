package io.tiercel.image;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Writes an image as a tar file. Files are in the order of their names and have one time, which is also the time that the AOT
 * cache was made for, so that the same contents give the same digest.
 *
 * @param bill the list of what is in it, which goes into it as well
 */
record ContainerImage(Image image, Contents contents, Path bill, OciPlatform platform) {
    private static final Instant TIME = Instant.ofEpochSecond(1);
    private static final FilePermissions PROGRAM = FilePermissions.fromOctalString("755");
    private static final FilePermissions DATA = FilePermissions.fromOctalString("644");
    private static final FilePermissions OWN = FilePermissions.fromOctalString("700");

    /**
     * Writes it and returns the digest of its manifest.
     *
     * @param work an empty folder for intermediate files
     */
    String write(Path tar, String name, ImageFormat format, Path work) throws Exception {
        JibContainerBuilder builder = Jib.fromScratch()
                .setFormat(format)
                .addPlatform(platform.architecture(), platform.os())
                .setCreationTime(TIME)
                .setEnvironment(image.environment())
                .setEntrypoint(image.entry())
                .setProgramArguments(image.arguments())
                .addFileEntriesLayer(layer("system libraries", contents.system()));
        image.ports().forEach(port -> builder.addExposedPort(Port.tcp(port)));
        contents.own().forEach(filled -> builder.addFileEntriesLayer(layer(filled.name(), filled.files())));
        builder.addFileEntriesLayer(layer("bill", List.of(new ImageFile(bill, Image.HOME + "/sbom.cdx.json", false))));
        image.user().ifPresent(builder::setUser);
        if (image.volume().isPresent()) {
            String place = image.volume().get();
            builder.addVolume(AbsoluteUnixPath.get(place));
            builder.addFileEntriesLayer(volume(place, work));
        }
        return builder.containerize(Containerizer.to(TarImage.at(tar).named(name))
                        .setOfflineMode(true)
                        .setApplicationLayersCache(work)
                        .setBaseImageLayersCache(work))
                .getDigest()
                .toString();
    }

    private static FileEntriesLayer layer(String name, List<ImageFile> files) {
        FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
        for (ImageFile file : files) {
            layer.addEntry(file.source(), AbsoluteUnixPath.get(file.place()), file.program() ? PROGRAM : DATA, TIME);
        }
        return layer.build();
    }

    /** A new volume takes owner and permissions from the folder that the image has in its place. */
    private FileEntriesLayer volume(String place, Path emptyFolder) {
        return FileEntriesLayer.builder()
                .setName("volume")
                .addEntry(
                        emptyFolder,
                        AbsoluteUnixPath.get(place),
                        OWN,
                        TIME,
                        image.user().orElse("0:0"))
                .build();
    }
}
