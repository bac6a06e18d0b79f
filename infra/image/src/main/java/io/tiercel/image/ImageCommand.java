package io.tiercel.image;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Container images without a container runtime: what {@code ./tiercel image} runs. */
@Command(
        name = "image",
        mixinStandardHelpOptions = true,
        subcommands = {MakeCommand.class, JoinCommand.class})
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
