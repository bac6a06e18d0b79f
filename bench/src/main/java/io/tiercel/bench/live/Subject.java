package io.tiercel.bench.live;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A sensor that is measured: how it is started, and where its alerts are found. */
sealed interface Subject {
    /** What it is called in tables. */
    String name();

    /** The command that starts it. */
    List<String> command(Path alerts);

    /** Whether a line of its output tells of the bait that the load's program read. */
    boolean tellsOfBait(String line);

    /**
     * Ours: alerts go to a file, one JSON object a line, which say what program they are about.
     *
     * @param program the launcher of an image
     */
    record Own(Path program, List<Path> rules) implements Subject {
        private static final String ABOUT = "bench=";

        @Override
        public String name() {
            return "tiercel";
        }

        @Override
        public List<String> command(Path alerts) {
            List<String> words = new ArrayList<>(List.of(
                    program.toString(),
                    "sensor",
                    "--outputs-console-enabled",
                    "false",
                    "--outputs-file-path",
                    alerts.toString(),
                    "--append-output",
                    ABOUT + "%proc.name",
                    "--metrics",
                    "0"));
            for (Path file : rules) {
                words.add("--rules");
                words.add(file.toString());
            }
            return words;
        }

        @Override
        public boolean tellsOfBait(String line) {
            return line.contains(Bait.FILE) && line.contains(ABOUT + LoadProgram.NAME);
        }
    }

    /**
     * Any other: alerts are lines of its standard output.
     *
     * @param command as a shell reads it
     */
    record Peer(String command) implements Subject {
        @Override
        public String name() {
            return "peer";
        }

        @Override
        public List<String> command(Path alerts) {
            return List.of("/bin/sh", "-c", command);
        }

        @Override
        public boolean tellsOfBait(String line) {
            return line.contains(Bait.FILE);
        }
    }
}
