package io.tiercel.sensor.cli;

import picocli.CommandLine.Command;

/** {@code tiercel config}: what a sensor would be told, without starting it. */
@Command(
        name = "config",
        description =
                "Looks at settings: a file (--config, TIERCEL_CONFIG or /etc/tiercel/tiercel.yaml), the environment,"
                        + " options.",
        mixinStandardHelpOptions = true)
final class ConfigCommand {}
