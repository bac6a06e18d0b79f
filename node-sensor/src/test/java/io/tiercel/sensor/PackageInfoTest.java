package io.tiercel.sensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that each package in the main sources of all modules has a description. */
@Tag("unit")
class PackageInfoTest {
    private static final Path ROOT = Path.of(System.getProperty("tiercel.root"));
    private static final Path MAIN_SOURCES = Path.of("src", "main", "java");
    private static final Set<String> SKIPPED = Set.of("target", ".git", ".tiercel");

    @Test
    void packagesHaveDescriptions() throws IOException {
        Set<Path> packages = new TreeSet<>();
        Set<Path> described = new TreeSet<>();
        Files.walkFileTree(ROOT, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return SKIPPED.contains(String.valueOf(folder.getFileName()))
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                Path relative = ROOT.relativize(file);
                if (file.toString().endsWith(".java") && relative.toString().contains(MAIN_SOURCES + "/")) {
                    packages.add(relative.getParent());
                    if (file.endsWith("package-info.java")) {
                        described.add(relative.getParent());
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
        assertTrue(packages.size() > 20, packages::toString);
        packages.removeAll(described);
        assertEquals(Set.of(), packages, "packages without package-info.java");
    }
}
