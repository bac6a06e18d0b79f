package io.tiercel.sensor.config;

import java.nio.file.Path;

/** Where a value comes from; later kinds override earlier ones. */
public sealed interface Origin {
    /** Nobody said anything. */
    record Standard() implements Origin {
        @Override
        public String toString() {
            return "default";
        }
    }

    /**
     * A configuration file.
     *
     * @param line from 1
     */
    record InFile(Path file, int line) implements Origin {
        @Override
        public String toString() {
            return file + ":" + line;
        }
    }

    /** A variable of the environment. */
    record Variable(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A word of the command line. */
    record Flag(String name) implements Origin {
        @Override
        public String toString() {
            return name;
        }
    }
}
