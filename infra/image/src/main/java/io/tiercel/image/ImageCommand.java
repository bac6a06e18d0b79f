package io.tiercel.image;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Makes container images without a container runtime. The entry point of {@code ./tiercel image}. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        description = "Makes container images.",
        subcommands = {MakeCommand.class, JoinCommand.class, PushCommand.class})
public final class ImageCommand {
    private ImageCommand() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ImageCommand())
                .setExecutionExceptionHandler((e, _, _) -> {
                    System.err.println("tiercel: image: " + e.getMessage());
                    return 1;
                })
                .execute(arguments));
    }
}
