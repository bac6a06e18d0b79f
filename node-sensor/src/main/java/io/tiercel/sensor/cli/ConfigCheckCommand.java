package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.ConfiguredOutputs;
import io.tiercel.sensor.app.DeliverySettings;
import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.config.Config;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code tiercel config check}: prints every problem of the settings with its location. */
@Command(
        name = "check",
        description = "Prints every problem of the settings. Accepts the options of the sensor too.",
        mixinStandardHelpOptions = true)
final class ConfigCheckCommand implements Callable<Integer> {
    private final StandardStreams streams;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration file.")
    private @Nullable Path file;

    ConfigCheckCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Config config = ConfigOptions.config(spec.commandLine().getParseResult(), file, System.getenv(), streams);
        ConfiguredOutputs.check(config);
        DeliverySettings.read(config);
        streams.info("the settings are valid");
        return ExitCode.OK.number();
    }
}
