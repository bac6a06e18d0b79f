package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages for the other architecture than that of this machine. */
@Tag("packaged")
class ForeignPackageTest {
    @TempDir
    private Path folder;

    /** Packages for the other architecture name it, and all of their programs and libraries are for it. */
    @Test
    void packagesOfTheOtherArchitectureContainItsProgramsOnly() throws Exception {
        Path other = folder.resolve("other");
        Tool.Result made = Releases.tryToMake(
                "--only", "deb,rpm", "--architectures", Releases.OTHER, "--output", other.toString());
        assumeTrue(
                !made.text().contains("could not be downloaded"), "apt cannot download packages for " + Releases.OTHER);
        assertEquals(0, made.status(), made.text());
        assertTrue(made.text().contains("no AOT cache for " + Releases.OTHER), made.text());
        for (String name : List.of("tiercel-sensor", "tiercel-server")) {
            String deb = Releases.only(other, name + "_.*_" + Releases.OTHER + "\\.deb")
                    .toString();
            assertEquals(
                    Releases.OTHER,
                    Tool.onPath("dpkg-deb").out("--field", deb, "Architecture").strip());
            Path into = Files.createDirectory(folder.resolve(name + "-" + Releases.OTHER));
            Tool.onPath("dpkg-deb").out("-x", deb, into.toString());
            List<Integer> machines = ElfMachines.in(into);
            assertTrue(machines.size() > 10, machines::toString);
            assertEquals(
                    List.of(Releases.OTHER.equals("arm64") ? ElfMachines.AARCH64 : ElfMachines.X86_64),
                    machines.stream().distinct().toList());
            assertFalse(Files.exists(into.resolve("usr/lib/" + name.replace('-', '/') + "/tiercel.aot")));
            if (Tool.isInstalled("rpm")) {
                String machine = Releases.OTHER.equals("arm64") ? "aarch64" : "x86_64";
                String rpm = Releases.only(other, name + "-.*\\." + machine + "\\.rpm")
                        .toString();
                assertEquals(machine, Tool.onPath("rpm").out("-qp", "--nosignature", "--qf", "%{ARCH}", rpm));
            }
        }
    }
}
