package io.tiercel.sensor.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tiercel.sensor.bpf.host.CpuArchitecture;
import io.tiercel.sensor.bpf.host.SeLinux;
import io.tiercel.sensor.bpf.load.CompiledObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class PreconditionsTest {
    @TempDir
    private Path root;

    @Test
    void reportsEverythingThatAMachineLacks() {
        Preconditions bare = new Preconditions(root, "Mac OS X", "aarch64", "24.1");
        for (PreconditionResult check :
                new PreconditionResult[] {bare.platform(), bare.kernelTypes(), bare.privileges()}) {
            assertFalse(check.passed());
            assertFalse(check.remedy().isEmpty());
            assertFalse(check.detail().contains("\n"));
        }
    }

    @Test
    void acceptsTheArchitecturesThatTheJarHasAProgramFor() {
        for (String architecture : List.of("amd64", "aarch64")) {
            PreconditionResult platform = new Preconditions(root, "Linux", architecture, "6.12").platform();
            assertTrue(platform.passed(), platform::detail);
            String object = CpuArchitecture.named(architecture).orElseThrow().objectFile();
            assertNotNull(CompiledObject.class.getResource(object), object);
        }
        PreconditionResult other = new Preconditions(root, "Linux", "riscv64", "6.12").platform();
        assertFalse(other.passed());
        assertTrue(other.remedy().contains("x86-64 and arm64"), other::remedy);
    }

    @Test
    void theObjectNamesItsCompilerWhichIsThePinnedOne() throws IOException {
        assertEquals(Clang.pinned(), CompiledObject.TESTED.replace(' ', '-'));
        assertTrue(CompiledObject.isTested(CompiledObject.compiler()), CompiledObject::compiler);
        byte[] other = "\0Debian clang version 14.0.6\0".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals("clang 14.0.6", CompiledObject.compiler(other));
        assertFalse(CompiledObject.isTested(CompiledObject.compiler(other)));
        assertFalse(CompiledObject.isTested(CompiledObject.compiler(new byte[10])));
    }

    @Test
    void acceptsCapabilitiesInsteadOfRoot() throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        Preconditions machine = new Preconditions(root, "Linux", "amd64", "6.1");
        Files.writeString(root.resolve("proc/self/status"), "CapEff:\t000000c000000000\n");
        assertTrue(machine.privileges().passed());
        Files.writeString(root.resolve("proc/self/status"), "CapEff:\t0000008000000000\n");
        assertFalse(machine.privileges().passed());
        Files.writeString(root.resolve("proc/self/status"), "CapEff:\t0000000000200000\n");
        assertTrue(machine.privileges().passed());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            system_u:system_r:container_t:s0:c1,c2 | domain container_t of this process
            system_u:system_r:control_t:s0         | domain control_t of this process
            docker-default (enforce)               | or a security module
            unconfined                             | or a security module
            """)
    void namesTheSelinuxDomainIfTheKernelRefusesTheProgram(String label, String expected) throws IOException {
        Files.createDirectories(root.resolve("proc/self/attr"));
        Files.writeString(root.resolve("proc/self/attr/current"), label + "\0");
        String explained = SeLinux.explainRefusal(root);
        assertTrue(explained.contains(expected), explained);
    }

    @Test
    void reportsConfidentialityLockdown() throws IOException {
        Files.createDirectories(root.resolve("sys/kernel/security"));
        Preconditions machine = new Preconditions(root, "Linux", "amd64", "6.1");
        assertTrue(machine.lockdown().passed());
        Files.writeString(root.resolve("sys/kernel/security/lockdown"), "none integrity [confidentiality]\n");
        assertEquals("none integrity [confidentiality]", machine.lockdown().detail());
        assertFalse(machine.lockdown().passed());
    }

    @Test
    void refusesAPidNamespaceOfItsOwn() throws IOException {
        Path link = root.resolve("proc/self/ns/pid");
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of("pid:[4026531836]"));
        assertTrue(Preconditions.checkPidNamespace(root).passed());
        Files.delete(link);
        Files.createSymbolicLink(link, Path.of("pid:[4026532840]"));
        PreconditionResult refused = Preconditions.checkPidNamespace(root);
        assertFalse(refused.passed());
        assertTrue(refused.remedy().contains("hostPID: true"), refused::toString);
    }

    @Test
    void checksThisMachine() {
        assertEquals(5, Preconditions.check().size());
    }
}
