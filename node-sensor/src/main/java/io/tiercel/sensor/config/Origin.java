package io.tiercel.sensor.config;

import java.nio.file.Path;

/** The source of a value. Later kinds override earlier ones. */
public sealed interface Origin {
    /** The default. */
    record Default() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }

    /**
     * A line of a configuration file.
     *
     * @param line line number, from 1
     */
    record InFile(Path file, int line) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /** An environment variable. */
    record EnvironmentVariable(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A command-line option. */
    record CommandLineOption(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }
}
