package io.tiercel.bench.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Containers with processes, which the program {@code node.c} makes. Closing ends all of them and removes their cgroups. */
final class NodeLoad implements AutoCloseable {
    private static final String SOURCE = "node.c";

    /** Room for the command line that each process gives itself. */
    private static final String PADDING = "-".repeat(120);

    /** Process ids that the machine needs for everything else. */
    private static final int OTHER_PROCESSES = 500;

    private final Process process;
    private final BufferedReader output;
    private final Path errors;
    private final ContainerCgroups cgroups;

    /**
     * The work that the containers have done.
     *
     * @param seconds duration
     * @param opens opened files, without the bait
     * @param forks started processes
     * @param baits reads of the bait, each of which must raise an alert
     */
    record Work(double seconds, long opens, long forks, long baits) {}

    private NodeLoad(Process process, Path errors, ContainerCgroups cgroups) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.errors = errors;
        this.cgroups = cgroups;
    }

    /** Compiles the program. It has the same process name as {@link LoadProgram}, so that alerts are recognized. */
    static Path compile(Path folder) throws BenchException, IOException, InterruptedException {
        return LoadProgram.compile(Files.createDirectory(folder.resolve("node")), SOURCE, LoadProgram.NAME);
    }

    /**
     * Starts the containers, and waits until all processes exist.
     *
     * @param program the compiled program
     * @param cgroups creates the cgroup of the containers; {@link #close} removes it
     */
    static NodeLoad start(Path program, NodeProfile profile, ContainerCgroups cgroups)
            throws BenchException, IOException, InterruptedException {
        checkLimits(profile);
        Path cgroup = cgroups.create();
        Path errors = program.resolveSibling("node.err");
        Process process;
        try {
            process = new ProcessBuilder(List.of(
                            program.toString(),
                            cgroup.toString(),
                            Objects.requireNonNull(program.getParent()).toString(),
                            Integer.toString(profile.containers()),
                            Integer.toString(profile.processes()),
                            Integer.toString(profile.opens()),
                            Integer.toString(profile.forks()),
                            Bait.FILE,
                            PADDING))
                    .redirectError(errors.toFile())
                    .start();
        } catch (IOException e) {
            cgroups.remove();
            throw e;
        }
        NodeLoad load = new NodeLoad(process, errors, cgroups);
        try {
            load.expect("ready");
            return load;
        } catch (BenchException | IOException | RuntimeException e) {
            load.close();
            throw e;
        }
    }

    private static void checkLimits(NodeProfile profile) throws BenchException, IOException {
        // Running and existing threads: the number after the slash of the fourth field.
        String threads =
                Files.readString(Path.of("/proc/loadavg")).split(" ")[3].split("/")[1];
        long required = Long.parseLong(threads) + profile.processes() + OTHER_PROCESSES;
        for (String limit : List.of("pid_max", "threads-max")) {
            long value = readLimit(limit);
            if (value < required) {
                throw new BenchException(String.format(
                        "kernel.%s is %d, and %d processes require %d; run sysctl -w kernel.%s=%d, or choose fewer --processes",
                        limit, value, profile.processes(), required, limit, required));
            }
        }
    }

    /** Reads a setting of the kernel. It has to be read in one piece; {@link Files#readString} does not do that. */
    private static long readLimit(String name) throws IOException {
        try (BufferedReader file = Files.newBufferedReader(Path.of("/proc/sys/kernel", name))) {
            return Long.parseLong(String.valueOf(file.readLine()).strip());
        }
    }

    /** Begins to open files and to fork. */
    void begin(double seconds) throws IOException {
        Writer input = process.outputWriter(StandardCharsets.UTF_8);
        input.write(seconds + "\n");
        input.flush();
    }

    /** Waits for the end of the work. */
    Work end() throws BenchException, IOException {
        String[] numbers = line().split(" ");
        if (numbers.length != 4) {
            throw new BenchException("unexpected output of the load program: " + String.join(" ", numbers));
        }
        return new Work(
                Double.parseDouble(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3]));
    }

    private void expect(String text) throws BenchException, IOException {
        String line = line();
        if (!line.equals(text)) {
            throw new BenchException("unexpected output of the load program: " + line);
        }
    }

    private String line() throws BenchException, IOException {
        String line = output.readLine();
        if (line == null) {
            throw new BenchException("the load program failed: "
                    + Files.readString(errors, StandardCharsets.ISO_8859_1).strip()
                    + "; check the memory, kernel.pid_max, kernel.threads-max and pids.max of the cgroups");
        }
        return line;
    }

    @Override
    public void close() throws BenchException, IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        cgroups.remove();
    }
}
