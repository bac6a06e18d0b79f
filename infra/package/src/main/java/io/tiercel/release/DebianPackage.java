package io.tiercel.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vafer.jdeb.Console;
import org.vafer.jdeb.DataConsumer;
import org.vafer.jdeb.DataProducer;
import org.vafer.jdeb.DebMaker;
import org.vafer.jdeb.PackagingException;
import org.vafer.jdeb.shaded.commons.compress.archivers.tar.TarArchiveEntry;

/** Writes Debian packages. The same entries give the same file. */
final class DebianPackage {
    private static final int DIRECTORY_TYPE = 0040000;
    private static final int FILE_TYPE = 0100000;

    private static final int MAX_CAUSES = 10;

    private DebianPackage() {}

    /**
     * Writes a package.
     *
     * @param work an empty folder for control files
     */
    static void write(Distributable content, Path deb, Path work) throws IOException {
        Files.writeString(work.resolve("control"), control(content));
        Files.writeString(work.resolve("conffiles"), lines(content.configurationFiles()));
        for (MaintainerScripts.Script script : MaintainerScripts.debian(content)) {
            Files.writeString(work.resolve(script.name()), script.text());
        }
        List<DataProducer> producers = new ArrayList<>();
        content.entries().forEach(entry -> producers.add(consumer -> add(entry, consumer)));
        DebMaker maker = new DebMaker(new Silent(), producers, List.of());
        maker.setControl(work.toFile());
        maker.setDeb(deb.toFile());
        maker.setCompression("gzip"); // dpkg of every supported distribution reads it, and it is fast
        maker.setEncoding(StandardCharsets.UTF_8);
        maker.setOutputTimestampMs(TarArchive.TIME.toEpochMilli());
        try {
            maker.validate();
            maker.makeDeb();
        } catch (PackagingException e) {
            throw new ReleaseException("cannot write " + deb + ": " + rootCause(e), e);
        }
    }

    /** jdeb's own messages only name the file. */
    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < MAX_CAUSES && cause.getCause() != null; depth++) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** jdeb computes Installed-Size. */
    private static String control(Distributable content) {
        StringBuilder control = new StringBuilder()
                .append("Package: ")
                .append(content.name())
                .append("\nVersion: ")
                .append(content.version())
                .append('-')
                .append(content.revision())
                .append("\nArchitecture: ")
                .append(content.architecture().debian())
                .append("\nMaintainer: Tiercel <tiercel@localhost>")
                .append("\nSection: admin\nPriority: optional");
        if (!content.debianDepends().isEmpty()) {
            control.append("\nDepends: ").append(String.join(", ", content.debianDepends()));
        }
        return control.append("\nDescription: ")
                .append(content.summary())
                .append("\n ")
                .append(content.description().replace("\n", "\n "))
                .append('\n')
                .toString();
    }

    private static String lines(List<String> lines) {
        return String.join("", lines.stream().map(line -> line + "\n").toList());
    }

    private static void add(PackageEntry entry, DataConsumer consumer) throws IOException {
        switch (entry) {
            case PackageEntry.PackageFile file -> {
                TarArchiveEntry tar = entry("." + file.path(), FILE_TYPE | file.mode());
                tar.setSize(Files.size(file.source()));
                try (InputStream in = Files.newInputStream(file.source())) {
                    consumer.onEachFile(in, tar);
                }
            }
            case PackageEntry.PackageFolder folder ->
                consumer.onEachDir(entry("." + folder.path() + "/", DIRECTORY_TYPE | folder.mode()));
        }
    }

    private static TarArchiveEntry entry(String name, int mode) {
        TarArchiveEntry tar = new TarArchiveEntry(name, true);
        tar.setIds(0, 0);
        tar.setNames("root", "root");
        tar.setMode(mode);
        return tar;
    }

    /** Reports nothing: failures are exceptions. */
    private static final class Silent implements Console {
        @Override
        public void debug(String message) {}

        @Override
        public void info(String message) {}

        @Override
        public void warn(String message) {}
    }
}
