package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The release folder that {@code ./tiercel package} makes: its packages are installed, started, upgraded and purged. */
@Tag("packaged")
class PackageTest {
    private static final String DEBIAN_PACKAGES = "tiercel-common tiercel-sensor tiercel-server";

    /** Without the folders of users, which may contain clones of the project. */
    private static final String OWN_FILES =
            "find /etc /usr /var/lib /var/log -xdev -name '*tiercel*' -not -path '/var/lib/containers/*' | sort";

    @TempDir
    private static Path folder;

    private static Path release;
    private static Path upgrade;

    @BeforeAll
    static void makeReleases() throws Exception {
        release = folder.resolve("release");
        upgrade = folder.resolve("upgrade");
        Releases.make("--only", "deb,chart", "--architectures", Releases.OWN, "--output", release.toString());
        Releases.make(
                "--only",
                "archives,deb",
                "--architectures",
                Releases.OWN,
                "--programs",
                "sensor",
                "--revision",
                "2",
                "--output",
                upgrade.toString());
    }

    @Test
    void checksumsListEveryFile() throws Exception {
        Tool.onPath("sh").out("-c", "cd " + release + " && sha256sum --check --strict --quiet SHA256SUMS");
        try (Stream<Path> files = Files.list(release)) {
            assertEquals(
                    files.count() - 1,
                    Files.readAllLines(release.resolve("SHA256SUMS")).size());
        }
    }

    @Test
    void archiveContainsWhatTheImageContains() throws Exception {
        Path into = Files.createDirectory(folder.resolve("archive"));
        Tool.onPath("tar")
                .out(
                        "-xzf",
                        Releases.only(upgrade, "tiercel-sensor-.*\\.tar\\.gz").toString(),
                        "-C",
                        into.toString());
        Path tree = Releases.only(into, "tiercel-sensor-.*");
        Tool archived = new Tool(tree.resolve("bin/tiercel").toString(), Map.of("JDK_JAVA_OPTIONS", "-XX:AOTMode=on"));
        String version = archived.out("version");
        assertTrue(version.contains("0.2.0"), "the AOT cache must accept the unpacked jars");
        String compiler = Files.readString(tree.resolve("compiler")).strip();
        assertTrue(compiler.startsWith("clang 19."), compiler);
        assertTrue(version.contains("capture program compiled by " + compiler), version);
        assertTrue(
                Tool.onPath("dpkg-deb")
                        .out(
                                "--field",
                                Releases.only(release, "tiercel-sensor_.*\\.deb")
                                        .toString(),
                                "Description")
                        .contains("compiled by " + compiler),
                compiler);
    }

    @Test
    void packagesHaveTheSameFilesInTwoRuns() throws Exception {
        for (String name : List.of("tiercel-common", "tiercel-sensor")) {
            assertEquals(
                    files(Releases.only(release, name + "_.*\\.deb")),
                    files(Releases.only(upgrade, name + "_.*\\.deb")),
                    name);
        }
    }

    private static String files(Path deb) throws Exception {
        return Tool.onPath("sh").out("-c", "dpkg-deb --fsys-tarfile " + deb + " | sha256sum");
    }

    @Test
    void chartIsReadByHelm() throws Exception {
        assertTrue(Tool.onPath("helm")
                .out(
                        "template",
                        "try",
                        "--kube-version",
                        "1.30",
                        Releases.only(release, "tiercel-[0-9.]+\\.tgz").toString())
                .contains("kind: DaemonSet"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--what",
                "--only nothing",
                "--architectures s390x",
                "--revision 0",
                "--revision",
                "--output /etc"
            })
    void wrongArgumentsAreReported(String arguments) throws Exception {
        Tool tiercel = new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no"));
        Tool.Result result = tiercel.run(("package " + arguments).split(" "));
        assertEquals(2, result.status(), result.text());
        assertTrue(result.text().startsWith("tiercel: package: "), result.text());
    }

    @Test
    void aFolderWithOtherFilesIsNotReplaced() throws Exception {
        Path output = Files.createDirectory(folder.resolve("mine"));
        Files.writeString(output.resolve("SHA256SUMS"), "");
        Files.writeString(output.resolve("thesis.txt"), "mine");
        Tool tiercel = new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no"));
        Tool.Result result = tiercel.run("package", "--output", output.toString());
        assertEquals(2, result.status(), result.text());
        assertEquals("mine", Files.readString(output.resolve("thesis.txt")));
    }

    @Test
    void unitsAreValidAndConfined() throws Exception {
        Tool analyze = Tool.onPath("systemd-analyze");
        Path root = Files.createDirectory(folder.resolve("units"));
        for (String name : List.of("sensor", "server")) {
            Tool.onPath("dpkg-deb")
                    .out(
                            "-x",
                            Releases.only(release, "tiercel-" + name + "_.*\\.deb")
                                    .toString(),
                            root.toString());
            String unit = root.resolve("usr/lib/systemd/system/tiercel-" + name + ".service")
                    .toString();
            analyze.out("security", "--offline=true", "--threshold=30", "--no-pager", unit);
        }
    }

    /** Warnings of groff name the line. */
    @Test
    void manPagesAreValid() throws Exception {
        Path root = Files.createDirectory(folder.resolve("man"));
        Tool.onPath("dpkg-deb")
                .out("-x", Releases.only(release, "tiercel-common_.*\\.deb").toString(), root.toString());
        for (String page : List.of("man1/tiercel.1.gz", "man5/tiercel.yaml.5.gz")) {
            Path file = root.resolve("usr/share/man").resolve(page);
            String lint =
                    Tool.onPath("sh").out("-c", "zcat " + file + " | { mandoc -T lint -W warning || true; } 2>&1");
            assertEquals("", lint, page);
        }
        String completion =
                root.resolve("usr/share/bash-completion/completions/tiercel").toString();
        String completed = Tool.onPath("bash")
                .out(
                        "-c",
                        "source " + completion + "; COMP_WORDS=(tiercel doc); COMP_CWORD=1; _complete_tiercel;"
                                + " echo \"${COMPREPLY[@]}\"");
        assertEquals("doctor", completed.strip());
    }

    @Test
    void debianPackagesInstallStartUpgradeAndPurge() throws Exception {
        Tiercel.assumeCapture();
        try (BootedHost host = BootedHost.boot(folder, folder)) {
            InstalledSensor sensor = new InstalledSensor(host);
            String before = host.out(OWN_FILES);
            host.out("apt-get install -y -q /packages/release/*.deb");
            assertEquals("enabled", host.out("systemctl is-enabled tiercel-sensor"));
            assertEquals("", host.out("systemd-analyze verify tiercel-sensor.service tiercel-server.service"));
            sensor.awaitReady();
            // The host of this test runs in a pid namespace of its own, which the doctor refuses.
            assertEquals(
                    List.of("pid namespace"),
                    host.run("tiercel doctor")
                            .text()
                            .lines()
                            .filter(line -> line.startsWith("missing"))
                            .map(line -> line.replaceFirst("missing *([^:]*):.*", "$1"))
                            .toList());
            host.out("tiercel config check && tiercel rules check"
                    + " /usr/lib/tiercel/sensor/rules/detections /etc/tiercel/rules.d && tiercel version");
            sensor.awaitAlert("/var/log/tiercel/alerts.jsonl");
            assertTrue(host.out("journalctl -u tiercel-sensor -o cat").contains("\"rule\""));
            assertEquals(
                    "0000000000000000",
                    host.out("sed -n 's/^CapEff:\\t*//p' /proc/$(" + InstalledSensor.pid("server") + ")/status"));
            assertEquals(
                    "000000c000880004",
                    host.out("sed -n 's/^CapEff:\\t*//p' /proc/$(" + InstalledSensor.pid("sensor") + ")/status"));
            await().atMost(InstalledSensor.LIMIT)
                    .until(() -> host.run("tiercel incidents list").status() == 0);

            host.out("sed -i 's/alerts.jsonl/edited.jsonl/' /etc/tiercel/tiercel.yaml");
            String firstPid = host.out(InstalledSensor.pid("sensor"));
            host.out("apt-get install -y -q /packages/upgrade/*.deb");
            assertTrue(host.out("cat /etc/tiercel/tiercel.yaml").contains("edited.jsonl"), "an upgrade keeps changes");
            sensor.awaitReady();
            assertFalse(host.out(InstalledSensor.pid("sensor")).equals(firstPid), "an upgrade restarts the service");
            sensor.awaitAlert("/var/log/tiercel/edited.jsonl");

            host.out("echo 'rulez: 1' >>/etc/tiercel/tiercel.yaml; systemctl restart tiercel-sensor || true");
            await().atMost(InstalledSensor.LIMIT)
                    .until(() -> host.run("journalctl -u tiercel-sensor -o cat")
                                    .text()
                                    .split("unknown key rulez", -1)
                                    .length
                            > 2);
            host.out("sed -i /rulez/d /etc/tiercel/tiercel.yaml");
            sensor.awaitReady();

            host.out("apt-get remove -y -q " + DEBIAN_PACKAGES);
            assertEquals(
                    "inactive",
                    host.run("systemctl is-active tiercel-server").text().strip());
            host.out("test -d /var/log/tiercel && test -f /etc/tiercel/tiercel.yaml");
            host.out("apt-get purge -y -q " + DEBIAN_PACKAGES);
            assertEquals(before, host.out(OWN_FILES));
            assertFalse(host.out("cat /etc/passwd").contains("tiercel"));
        }
    }
}
