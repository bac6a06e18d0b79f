package io.tiercel.bench.live;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A sensor to measure: its command, and how to recognize its alerts. */
sealed interface MeasuredSensor {
    /** Returns the name in tables. */
    String name();

    /** Returns the command that starts the sensor. */
    List<String> command(Path alerts);

    /** Returns true if it raises alerts. */
    default boolean raisesAlerts() {
        return true;
    }

    /** Returns true if an output line is an alert about the load program reading the bait. */
    boolean isBaitAlert(String line);

    /**
     * Tiercel's sensor. It writes alerts with the program name to a file, one JSON object per line.
     *
     * @param program launcher of an image
     * @param rules rule files; empty for the detections of the image
     * @param options more options of the sensor
     */
    record TiercelSensor(Path program, List<Path> rules, List<String> options) implements MeasuredSensor {
        private static final String PROGRAM_FIELD = "bench=";

        @Override
        public String name() {
            return "tiercel";
        }

        @Override
        public List<String> command(Path alerts) {
            List<String> arguments = new ArrayList<>(List.of(
                    program.toString(),
                    "sensor",
                    "--outputs-console-enabled",
                    "false",
                    "--outputs-file-path",
                    alerts.toString(),
                    "--append-output",
                    PROGRAM_FIELD + "%proc.name",
                    "--metrics",
                    "0"));
            for (Path file : rules) {
                arguments.add("--rules");
                arguments.add(file.toString());
            }
            arguments.addAll(options);
            return arguments;
        }

        @Override
        public boolean isBaitAlert(String line) {
            return line.contains(Bait.FILE) && line.contains(PROGRAM_FIELD + LoadProgram.NAME);
        }
    }

    /**
     * Another sensor, which writes alerts to its standard output.
     *
     * @param command shell command
     */
    record PeerSensor(String command) implements MeasuredSensor {
        @Override
        public String name() {
            return "peer";
        }

        @Override
        public List<String> command(Path alerts) {
            return List.of("/bin/sh", "-c", command);
        }

        @Override
        public boolean isBaitAlert(String line) {
            return line.contains(Bait.FILE);
        }
    }

    /**
     * Programs that do nothing, at the tracepoints of a sensor on a kernel without hooks: the least that it can cost.
     *
     * @param program {@code empty.c}
     */
    record EmptyPrograms(Path program) implements MeasuredSensor {
        /** What the program prints when the tracepoints are attached. */
        static final String ATTACHED = "attached";

        private static final List<String> TRACEPOINTS = List.of(
                "sys_exit",
                "kmem_cache_free",
                "sched_process_exec",
                "sched_process_fork",
                "sched_process_exit",
                "inet_sock_set_state");

        /** Compiles the program. */
        static EmptyPrograms compile(Path folder) throws BenchException, IOException, InterruptedException {
            return new EmptyPrograms(LoadProgram.compile(folder, "empty.c", "tiercel-empty"));
        }

        @Override
        public String name() {
            return "empty programs";
        }

        @Override
        public List<String> command(Path alerts) {
            return Stream.concat(Stream.of(program.toString()), TRACEPOINTS.stream())
                    .toList();
        }

        @Override
        public boolean raisesAlerts() {
            return false;
        }

        @Override
        public boolean isBaitAlert(String line) {
            return false;
        }
    }
}
