package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The C sources compile, each header by itself, and have the style of {@code bpf/.clang-format}. */
@Tag("packaged")
class BpfSourcesTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));

    /** Other versions format differently. */
    private static final String FORMATTER = "clang-format-19";

    @TempDir
    private Path folder;

    static List<Path> headers() throws IOException {
        try (Stream<Path> sources = Files.list(ROOT.resolve("bpf"))) {
            return sources.filter(path -> path.toString().endsWith(".h"))
                    .map(Path::getFileName)
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("headers")
    void everyHeaderCompilesAlone(Path header) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve("alone.c"), "#include \"" + header + "\"\n");
        Clang.compile(Map.of(), folder.resolve("alone.o"), source);
    }

    @Test
    void compileForArm64() throws IOException, InterruptedException {
        Path object = folder.resolve("tiercel.bpf.o");
        Clang.compile(Map.of("TARGET", "arm64"), object);
        assertTrue(Files.size(object) > 0);
    }

    @Test
    void theObjectIsReproducible() throws IOException, InterruptedException {
        Clang.compile(Map.of(), folder.resolve("first.o"));
        Clang.compile(Map.of(), folder.resolve("second.o"));
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("first.o")), Files.readAllBytes(folder.resolve("second.o")));
    }

    @Test
    void theBuildNamesItsCompiler() throws IOException, InterruptedException {
        String output = Clang.compile(Map.of(), folder.resolve("tiercel.bpf.o"));
        String clang = Clang.pinned();
        assertEquals(
                "bpf/build: compiling tiercel.bpf.c with " + clang + " (" + clang.replace('-', ' ') + ")\n", output);
    }

    /** Another compiler on PATH, even a newer one, is used only by name, and the build says that it is not tested. */
    @Test
    void anotherCompilerIsUsedOnlyByName() throws IOException, InterruptedException {
        Path bin = Files.createDirectory(folder.resolve("bin"));
        for (String other : List.of("clang", "clang-14", "clang-21")) {
            Path program = Files.writeString(
                    bin.resolve(other), "#!/bin/sh\ncase $1 in -E) echo 21 ;; *) echo compiled by $0 ;; esac\n");
            assertTrue(program.toFile().setExecutable(true));
        }
        for (String tool : List.of("sh", "cat", "dirname", "basename", "mktemp", "rm", "mkdir", "mv", "awk", "tail")) {
            Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin", tool));
        }
        Clang.Result result = Clang.run(Map.of("PATH", bin.toString()), folder.resolve("x.o"));
        assertEquals(2, result.status(), result.output());
        assertEquals(
                "bpf/build: %1$s not found; install it with: apt-get install %1$s\n".formatted(Clang.pinned()),
                result.output());
        result = Clang.run(Map.of("PATH", bin.toString(), "TIERCEL_CLANG", "clang"), folder.resolve("x.o"));
        assertEquals(0, result.status(), result.output());
        assertTrue(
                result.output()
                        .startsWith("bpf/build: warning: clang 21 is not tested: the verifier of a kernel, such as"
                                + " Linux 5.10, can reject what it compiles; " + Clang.pinned()
                                + " is tested with all supported kernels\n"),
                result.output());
        assertTrue(result.output().contains("compiled by " + bin.resolve("clang")), result.output());
    }

    @Test
    void theBuildRejectsACompilerThatIsTooOldOrMissing() throws IOException, InterruptedException {
        Path old = Files.writeString(folder.resolve("old-clang"), "#!/bin/sh\necho 13\n");
        assertTrue(old.toFile().setExecutable(true));
        Clang.Result result = Clang.run(Map.of("TIERCEL_CLANG", old.toString()), folder.resolve("x.o"));
        assertEquals(2, result.status());
        assertTrue(
                result.output().contains("is version 13; clang 14 or newer is required, and " + Clang.pinned()),
                result.output());
        result = Clang.run(Map.of("TIERCEL_CLANG", "no-clang"), folder.resolve("x.o"));
        assertEquals(2, result.status());
        assertTrue(result.output().contains("no-clang not found; install it with: apt-get install "), result.output());
    }

    @Test
    void areFormatted() throws IOException, InterruptedException {
        assumeTrue(Clang.isOnPath(FORMATTER), "skipped: " + FORMATTER + " is not installed");
        List<String> command = new ArrayList<>(List.of(FORMATTER, "--dry-run", "-Werror"));
        try (Stream<Path> sources = Files.list(ROOT.resolve("bpf"))) {
            sources.map(Path::toString)
                    .filter(name -> name.endsWith(".c") || name.endsWith(".h"))
                    .forEach(command::add);
        }
        Process formatter =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(formatter.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, formatter.waitFor(), output);
    }

    @Test
    void nameTheirLicense() throws IOException {
        try (Stream<Path> sources = Files.list(ROOT.resolve("bpf"))) {
            for (Path source :
                    sources.filter(path -> path.toString().matches(".*\\.[ch]")).toList()) {
                assertTrue(
                        Files.readString(source).startsWith("/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */\n"),
                        source.toString());
            }
        }
    }
}
