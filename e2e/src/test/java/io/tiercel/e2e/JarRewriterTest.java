package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code infra/image/JarRewriter.java}: rewritten classes do the same. */
@Tag("unit")
class JarRewriterTest {
    private static final String OTHER = "other/LinkedCalls.class";

    @TempDir
    private static Path folder;

    private static Path jar;

    @BeforeAll
    static void rewrite() throws IOException, InterruptedException {
        jar = folder.resolve("own.jar");
        try (FileSystem zip = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            for (Path compiled : compiled()) {
                Path entry =
                        zip.getPath("io/tiercel/e2e", compiled.getFileName().toString());
                Files.createDirectories(entry.getParent());
                Files.copy(compiled, entry);
            }
            Files.createDirectories(zip.getPath("other"));
            Files.copy(compiled().getFirst(), zip.getPath(OTHER));
        }
        Process rewriter = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        Tiercel.ROOT.resolve("infra/image/JarRewriter.java").toString(),
                        jar.toString())
                .inheritIO()
                .start();
        assertEquals(0, rewriter.waitFor());
    }

    private static List<Path> compiled() throws IOException {
        Path classes = Path.of(URI.create(LinkedCalls.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .resolve("io/tiercel/e2e");
        try (Stream<Path> files = Files.list(classes)) {
            return files.filter(file -> file.getFileName().toString().startsWith("LinkedCalls"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void rewrittenClassesDoTheSame() throws ReflectiveOperationException, IOException {
        List<String> before = LinkedCalls.outcomes();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            assertEquals(
                    before,
                    loader.loadClass(LinkedCalls.class.getName())
                            .getMethod("outcomes")
                            .invoke(null));
        }
        assertTrue(before.stream().anyMatch(line -> line.contains("large square of")), before::toString);
    }

    @Test
    void onlyOtherSwitchesAreLinkedAtRunTime() throws IOException {
        List<String> before = new ArrayList<>();
        for (Path compiled : compiled()) {
            before.addAll(linked(Files.readAllBytes(compiled)));
        }
        assertTrue(before.containsAll(List.of("typeSwitch", "equals", "hashCode")), before::toString);
        List<String> after = new ArrayList<>();
        for (Path compiled : compiled()) {
            after.addAll(linked(entry("io/tiercel/e2e/" + compiled.getFileName())));
        }
        assertEquals(
                List.of("typeSwitch", "typeSwitch"), after, "one with texts as labels, one over a primitive value");
    }

    @Test
    void classesOfOthersStay() throws IOException {
        assertArrayEquals(Files.readAllBytes(compiled().getFirst()), entry(OTHER));
        assertFalse(linked(entry(OTHER)).isEmpty());
    }

    private static byte[] entry(String name) throws IOException {
        try (FileSystem zip = FileSystems.newFileSystem(jar);
                InputStream in = Files.newInputStream(zip.getPath(name))) {
            return in.readAllBytes();
        }
    }

    /** Returns the calls of a class that generate classes and are not replaced for another reason. */
    private static List<String> linked(byte[] bytes) {
        ClassModel type = ClassFile.of().parse(bytes);
        return type.methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream())
                .filter(InvokeDynamicInstruction.class::isInstance)
                .map(InvokeDynamicInstruction.class::cast)
                .filter(call -> call.bootstrapMethod().owner().packageName().equals("java.lang.runtime"))
                .map(call -> call.name().stringValue())
                .filter(name -> !name.equals("toString"))
                .toList();
    }
}
