package io.tiercel.sensor.cli;

import picocli.CommandLine.Command;

/** The command {@code tiercel config}: inspects settings without starting a sensor. */
@Command(
        name = "config",
        description =
                "Inspects settings from a file (--config, TIERCEL_CONFIG or /etc/tiercel/tiercel.yaml), environment"
                        + " variables and options.",
        mixinStandardHelpOptions = true)
final class ConfigCommand {}
