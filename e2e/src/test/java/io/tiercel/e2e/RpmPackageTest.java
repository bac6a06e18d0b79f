package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The RPM packages of {@code ./tiercel package} are installed, started, upgraded and removed. */
@Tag("packaged")
class RpmPackageTest {
    @TempDir
    private static Path folder;

    private static Path release;
    private static Path upgrade;

    @BeforeAll
    static void makeReleases() throws Exception {
        Tool.onPath("rpm");
        release = folder.resolve("release");
        upgrade = folder.resolve("upgrade");
        Releases.make("--only", "rpm", "--architectures", Releases.OWN, "--output", release.toString());
        Releases.make(
                "--only",
                "rpm",
                "--architectures",
                Releases.OWN,
                "--programs",
                "sensor",
                "--revision",
                "2",
                "--output",
                upgrade.toString());
    }

    /** The scripts of RPM packages run on a host where systemd manages services and, as on RPM distributions, enables none by itself. */
    @Test
    void rpmPackagesInstallStartUpgradeAndRemove() throws Exception {
        Tiercel.assumeCapture();
        try (BootedHost host = BootedHost.boot(folder, folder)) {
            InstalledSensor sensor = new InstalledSensor(host);
            host.out("mkdir -p /etc/systemd/system-preset"
                    + " && echo 'disable *' >/etc/systemd/system-preset/00-rpm.preset && rpm --initdb");
            host.out("rpm -i --nosignature --nodeps /packages/release/*.rpm");
            assertEquals(
                    "disabled",
                    host.run("systemctl is-enabled tiercel-sensor").text().strip());
            assertTrue(host.out("getent passwd tiercel-server").contains("/var/lib/tiercel-server"));
            host.out("systemctl enable --now tiercel-sensor tiercel-server");
            sensor.awaitReady();
            sensor.awaitAlert("/var/log/tiercel/alerts.jsonl");
            await().atMost(InstalledSensor.LIMIT)
                    .until(() -> host.run("tiercel incidents list").status() == 0);

            host.out("sed -i 's/alerts.jsonl/edited.jsonl/' /etc/tiercel/tiercel.yaml");
            String firstPid = host.out(InstalledSensor.pid("sensor"));
            host.out("rpm -U --nosignature --nodeps --replacepkgs /packages/upgrade/*.rpm");
            assertTrue(host.out("rpm -q tiercel-sensor").contains("-2"));
            assertTrue(host.out("cat /etc/tiercel/tiercel.yaml").contains("edited.jsonl"), "an upgrade keeps changes");
            await().atMost(InstalledSensor.LIMIT)
                    .until(() -> !host.out(InstalledSensor.pid("sensor")).equals(firstPid));
            sensor.awaitReady();
            sensor.awaitAlert("/var/log/tiercel/edited.jsonl");

            host.out("rpm -e tiercel-sensor tiercel-server tiercel-common");
            for (String program : List.of("sensor", "server")) {
                assertEquals(
                        "inactive",
                        host.run("systemctl is-active tiercel-" + program)
                                .text()
                                .strip());
                host.out("test ! -e /etc/systemd/system/multi-user.target.wants/tiercel-" + program + ".service");
            }
            host.out("test ! -e /usr/lib/tiercel && test -f /etc/tiercel/tiercel.yaml.rpmsave"
                    + " && test -f /var/log/tiercel/edited.jsonl");
        }
    }

    @Test
    void rpmPackageInstallsAndKeepsConfiguration() throws Exception {
        Tool rpm = Tool.onPath("rpm");
        Path root = Files.createDirectory(folder.resolve("rpm"));
        String in = "--root=" + root;
        rpm.out(in, "--initdb");
        String sensor = Releases.only(upgrade, "tiercel-sensor-.*\\.rpm").toString();
        for (String file : List.of(
                sensor, Releases.only(upgrade, "tiercel-common-.*\\.rpm").toString())) {
            rpm.out("-K", "--nosignature", file);
        }
        // "cn" is %config(noreplace): an upgrade keeps changes.
        assertEquals(
                "/etc/tiercel/rules.d/local.yaml cn\n/etc/tiercel/sensor.env cn\n/etc/tiercel/tiercel.yaml cn\n",
                Tool.onPath("sh")
                        .out(
                                "-c",
                                "rpm -qp --nosignature --qf '[%{FILENAMES} %{FILEFLAGS:fflags}\\n]' " + sensor
                                        + " | grep 'c'n$"));
        assertTrue(rpm.out("-qp", "--nosignature", "--requires", sensor).contains("libbpf.so.1()(64bit)"));
        rpm.out(in, "-i", "--nosignature", "--nodeps", "--noscripts", sensor);
        assertEquals("", rpm.out(in, "-V", "--nodeps", "--noscripts", "tiercel-sensor"));
        Files.writeString(root.resolve("etc/tiercel/tiercel.yaml"), "hostname: edited\n");
        rpm.out(in, "-e", "--noscripts", "--nodeps", "tiercel-sensor");
        assertFalse(Files.exists(root.resolve("usr/lib/tiercel")));
        assertEquals("hostname: edited\n", Files.readString(root.resolve("etc/tiercel/tiercel.yaml.rpmsave")));
    }
}
