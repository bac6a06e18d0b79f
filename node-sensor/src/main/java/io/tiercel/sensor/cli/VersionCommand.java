package io.tiercel.sensor.cli;

import picocli.CommandLine.Command;

/** {@code tiercel version}. */
@Command(name = "version", description = "Says which version this is.", mixinStandardHelpOptions = true)
final class VersionCommand implements Runnable {
    /** That of the root pom; a test holds them together. */
    static final String VERSION = "0.1.0";

    private final Streams streams;

    VersionCommand(Streams streams) {
        this.streams = streams;
    }

    @Override
    public void run() {
        streams.out().println("tiercel " + VERSION);
        streams.out().println("rules engine 0.63.0 (what required_engine_version is held against)");
        streams.out().println("Java " + Runtime.version());
    }
}
