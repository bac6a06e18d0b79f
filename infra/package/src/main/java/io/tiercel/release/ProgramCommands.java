package io.tiercel.release;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The commands of the packaged programs, as the programs define them. Loads the program's classes from a tree, which may be for
 * another architecture than this machine's. Close it after use of the commands.
 */
final class ProgramCommands implements AutoCloseable {
    /** The jar of a tree and the class whose method {@code commands(PrintStream)} returns the commands. */
    private record Entry(String jar, String type) {}

    private final URLClassLoader classes;
    private final CommandLine commands;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    ProgramCommands(Tree tree) throws IOException {
        Entry entry = entry(tree.kind());
        URL jar = tree.folder().resolve(entry.jar).toUri().toURL();
        classes = new URLClassLoader(new URL[] {jar}, CommandLine.class.getClassLoader());
        try {
            Object found = classes.loadClass(entry.type)
                    .getMethod("commands", PrintStream.class)
                    .invoke(null, new PrintStream(output, true, StandardCharsets.UTF_8));
            commands = (CommandLine) found;
        } catch (ReflectiveOperationException e) {
            classes.close();
            throw new ReleaseException("cannot read the commands of " + tree.folder() + ": " + e, e);
        }
    }

    private static Entry entry(Tree.Kind kind) {
        return switch (kind) {
            case sensor -> new Entry("tiercel.jar", "io.tiercel.sensor.cli.Tiercel");
            case server -> new Entry("app/tiercel-functions.jar", "io.tiercel.functions.local.FunctionsCommands");
        };
    }

    /** Returns the command line, whose subcommands are the program's commands. */
    CommandLine all() {
        return commands;
    }

    /** Returns the long names of a command's options. */
    List<String> optionsOf(String... command) {
        CommandLine line = commands;
        for (String name : command) {
            line = Objects.requireNonNull(line.getSubcommands().get(name), name);
        }
        return line.getCommandSpec().options().stream()
                .map(OptionSpec::longestName)
                .toList();
    }

    /** Runs a command, which must succeed, and returns its output. */
    String run(String... arguments) {
        output.reset();
        int status = commands.execute(arguments);
        if (status != 0) {
            throw new ReleaseException(String.join(" ", List.of(arguments)) + " failed with exit status " + status);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        classes.close();
    }
}
