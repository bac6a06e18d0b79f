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

/** {@code tiercel config check}: every problem of the settings, each with its place. */
@Command(
        name = "check",
        description = "Says what is wrong with the settings; takes the sensor's options as well.",
        mixinStandardHelpOptions = true)
final class ConfigCheckCommand implements Callable<Integer> {
    private final StandardStreams streams;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration file.")
    private @Nullable Path file;

    ConfigCheckCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        Config config = ConfigOptions.config(spec.commandLine().getParseResult(), file, System.getenv(), streams);
        ConfiguredOutputs.check(config);
        DeliverySettings.of(config);
        streams.say("the settings are right");
        return ExitCode.OK.number();
    }
}
