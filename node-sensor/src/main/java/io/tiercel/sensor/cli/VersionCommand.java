package io.tiercel.sensor.cli;

import io.tiercel.sensor.app.StandardStreams;
import io.tiercel.sensor.app.TiercelVersion;
import io.tiercel.sensor.bpf.load.CompiledObject;
import picocli.CommandLine.Command;

/** The command {@code tiercel version}. */
@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
final class VersionCommand implements Runnable {
    private final StandardStreams streams;

    VersionCommand(StandardStreams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        streams.out().println("tiercel " + TiercelVersion.VERSION);
        streams.out().println("rules engine 0.63.0 (compared with required_engine_version)");
        streams.out().println("capture program compiled by " + CompiledObject.compiler());
        streams.out().println("Java " + Runtime.version());
    }
}
