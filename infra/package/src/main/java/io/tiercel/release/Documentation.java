package io.tiercel.release;

import io.tiercel.release.PackageEntry.PackageFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Writes the man pages and the completion scripts for bash and zsh. */
final class Documentation {
    private static final int FILE = 0644;
    private static final String MAN = "/usr/share/man/";

    private Documentation() {}

    /**
     * Writes the files into a folder and returns them as entries of a package.
     *
     * @param time the date of the man pages
     */
    static List<PackageEntry> write(List<Tree> trees, String version, Instant time, Path folder) throws IOException {
        ManPages pages =
                new ManPages(version, LocalDate.ofInstant(time, ZoneOffset.UTC).toString());
        CommandSpec all = CommandSpec.create().name("tiercel");
        List<PackageEntry> entries = new ArrayList<>();
        List<String> settings = new ArrayList<>();
        List<ProgramCommands> programs = new ArrayList<>();
        try {
            for (Tree tree : trees) {
                ProgramCommands program = new ProgramCommands(tree);
                programs.add(program);
                program.all().getSubcommands().forEach(all::addSubcommand);
                if (tree.kind() == Tree.Kind.sensor) {
                    String schema = program.run("config", "show", "--schema");
                    entries.add(page(folder, "man5/tiercel.yaml.5", pages.settings(schema)));
                    settings.addAll(program.optionsOf("config", "check"));
                }
            }
            entries.add(page(folder, "man1/tiercel.1", pages.commands(all, settings)));
            String bash = AutoComplete.bash("tiercel", new CommandLine(all));
            entries.add(script(folder, "/usr/share/bash-completion/completions/tiercel", bash));
            // zsh runs the script for bash, which loads zsh's emulation of bash itself.
            String zsh = "#compdef tiercel\n" + bash;
            entries.add(script(folder, "/usr/share/zsh/site-functions/_tiercel", zsh));
            entries.add(script(folder, "/usr/share/zsh/vendor-completions/_tiercel", zsh));
        } finally {
            for (ProgramCommands program : programs) {
                program.close();
            }
        }
        return entries;
    }

    private static PackageFile page(Path folder, String path, String page) throws IOException {
        Path file = folder.resolve(path.replace('/', '-') + ".gz");
        try (OutputStream out = new GzipCompressorOutputStream(Files.newOutputStream(file))) {
            out.write(page.getBytes(StandardCharsets.UTF_8));
        }
        return new PackageFile(MAN + path + ".gz", file, FILE, false);
    }

    private static PackageFile script(Path folder, String path, String text) throws IOException {
        Path file = folder.resolve(path.substring(1).replace('/', '-'));
        return new PackageFile(path, Files.writeString(file, text), FILE, false);
    }
}
