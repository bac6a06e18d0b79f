package io.tiercel.release;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.packager.rpm.FileFlags;
import org.eclipse.packager.rpm.RpmTag;
import org.eclipse.packager.rpm.RpmVersion;
import org.eclipse.packager.rpm.build.BuilderContext;
import org.eclipse.packager.rpm.build.BuilderOptions;
import org.eclipse.packager.rpm.build.DigestAlgorithm;
import org.eclipse.packager.rpm.build.FileInformation;
import org.eclipse.packager.rpm.build.RpmBuilder;
import org.eclipse.packager.rpm.coding.PayloadCoding;

/** Writes RPM packages. The same entries and build time give the same file. */
final class RpmPackage {
    private RpmPackage() {}

    /** Writes a package that is not signed. */
    static void write(Distributable content, Path rpm, Instant buildTime) throws IOException {
        BuilderOptions options = new BuilderOptions();
        options.setPayloadCoding(PayloadCoding.GZIP);
        options.setFileDigestAlgorithm(DigestAlgorithm.SHA256);
        options.setFileNameProvider((_, _, _) -> content.rpmFile());
        RpmVersion version = new RpmVersion(content.version(), Integer.toString(content.revision()));
        try (RpmBuilder builder =
                new RpmBuilder(content.name(), version, content.architecture().rpm(), rpm, options)) {
            RpmBuilder.PackageInformation information = builder.getInformation();
            information.setSummary(content.summary());
            information.setDescription(content.description());
            information.setLicense(Distributable.LICENSE);
            information.setVendor("Tiercel");
            information.setBuildHost("localhost");
            content.rpmRequires().forEach(name -> builder.addRequirement(name, ""));
            BuilderContext files = builder.newContext();
            for (PackageEntry entry : content.entries()) {
                switch (entry) {
                    case PackageEntry.PackageFile file ->
                        files.addFile(file.path(), file.source(), given -> set(given, file.mode(), flags(file)));
                    case PackageEntry.PackageFolder folder ->
                        files.addDirectory(folder.path(), given -> set(given, folder.mode(), Set.of()));
                }
            }
            MaintainerScripts.rpm(content, builder);
            builder.setHeaderCustomizer(
                    header -> header.putInt(RpmTag.BUILDTIME, Math.toIntExact(buildTime.getEpochSecond())));
            builder.build();
        }
    }

    private static Set<FileFlags> flags(PackageEntry.PackageFile file) {
        return file.configuration() ? EnumSet.of(FileFlags.CONFIGURATION, FileFlags.NOREPLACE) : Set.of();
    }

    private static void set(FileInformation information, int mode, Set<FileFlags> flags) {
        information.setTimestamp(TarArchive.TIME);
        information.setMode((short) mode);
        information.setUser("root");
        information.setGroup("root");
        information.setFileFlags(flags);
    }
}
