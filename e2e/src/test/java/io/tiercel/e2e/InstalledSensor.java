package io.tiercel.e2e;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;

/**
 * The sensor that a package installed on a booted host.
 *
 * @param host where systemd runs the service
 */
record InstalledSensor(BootedHost host) {
    static final Duration LIMIT = Duration.ofSeconds(60);

    /** Returns a shell command that prints the process id of the service of a program: {@code sensor} or {@code server}. */
    static String pid(String program) {
        return "systemctl show -p MainPID --value tiercel-" + program;
    }

    /** Waits until the process that runs now has logged that it captures events. */
    void awaitReady() {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertTrue(
                        host.out("journalctl -u tiercel-sensor _PID=$(" + pid("sensor") + ") -o cat")
                                .contains("ready:"),
                        this::status));
    }

    private String status() {
        try {
            return host.run("systemctl status --no-pager -n 30 tiercel-sensor").text();
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    /** Reads a sensitive file until the file of alerts has an alert about it. */
    void awaitAlert(String file) {
        await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).until(() -> {
            host.out("cat /etc/shadow >/dev/null");
            return host.run("cat " + file).text().contains("Sensitive file read by untrusted program");
        });
    }
}
