package io.tiercel.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** BPF programs that the kernel has loaded, by id. The kernel never reuses an id. */
final class BpfPrograms {
    private static final Path LISTING = Tiercel.ROOT.resolve("e2e/src/test/python/bpf_programs.py");
    private static final String ID = "prog_id:";

    private BpfPrograms() {}

    /** Returns the ids of all loaded programs. */
    static Set<Integer> loaded() throws IOException, InterruptedException {
        return Tool.onPath("python3")
                .out(LISTING.toString())
                .lines()
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Returns the programs that matching processes hold open, directly or by a link. The command line must contain the text. */
    static Set<Integer> ofProcesses(String text) throws IOException {
        Set<Integer> ids = new TreeSet<>();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.filter(entry -> runs(entry, text)).toList()) {
                try (Stream<Path> descriptors = Files.list(process.resolve("fdinfo"))) {
                    descriptors.forEach(descriptor -> read(descriptor)
                            .lines()
                            .filter(line -> line.startsWith(ID))
                            .forEach(line -> ids.add(
                                    Integer.valueOf(line.substring(ID.length()).strip()))));
                }
            }
        }
        return ids;
    }

    private static boolean runs(Path process, String text) {
        return process.getFileName().toString().matches("[0-9]+")
                && read(process.resolve("cmdline")).contains(text);
    }

    /** Returns an empty text if the process or its descriptor is gone. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
