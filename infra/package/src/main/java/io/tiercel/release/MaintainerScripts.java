package io.tiercel.release;

import java.util.List;
import org.eclipse.packager.rpm.build.RpmBuilder;

/**
 * The scripts that package managers run. On a host without a running systemd, such as a container, they change no unit. They follow
 * what dh_installsystemd and the systemd macros of RPM generate.
 */
final class MaintainerScripts {
    private static final String SHELL = "/bin/sh";

    /** Succeeds only if systemd manages the host. */
    private static final String RUNNING = "[ -d /run/systemd/system ]";

    private MaintainerScripts() {}

    /** A script in the control archive of a Debian package. */
    record Script(String name, String text) {}

    /**
     * Returns Debian's scripts. They enable and start the unit on installation, restart it on upgrade, stop it on removal, and delete
     * the state on purge only.
     */
    static List<Script> debian(Distributable content) {
        String unit = content.unit();
        if (unit.isEmpty()) {
            return List.of();
        }
        String postinst = """
                #!/bin/sh
                set -e
                if [ "$1" = configure ]; then
                    SYSUSERS
                    deb-systemd-helper unmask UNIT >/dev/null || true # a removal masks it
                    if deb-systemd-helper --quiet was-enabled UNIT; then
                        deb-systemd-helper enable UNIT >/dev/null || true
                    else
                        deb-systemd-helper update-state UNIT >/dev/null || true
                    fi
                    if RUNNING; then
                        systemctl --system daemon-reload >/dev/null || true
                        if [ -n "$2" ]; then action=restart; else action=start; fi
                        # A unit that cannot start must not leave the package half-installed; the journal has the reason.
                        deb-systemd-invoke "$action" UNIT >/dev/null ||
                            echo "UNIT did not start; run: journalctl -u UNIT" >&2
                    fi
                fi
                """;
        String prerm = """
                #!/bin/sh
                set -e
                if [ "$1" = remove ] && RUNNING; then
                    deb-systemd-invoke stop UNIT >/dev/null || true
                fi
                """;
        String postrm = """
                #!/bin/sh
                set -e
                if [ "$1" = remove ] && [ -x /usr/bin/deb-systemd-helper ]; then
                    deb-systemd-helper mask UNIT >/dev/null || true
                fi
                if [ "$1" = purge ]; then
                    if [ -x /usr/bin/deb-systemd-helper ]; then
                        deb-systemd-helper purge UNIT >/dev/null || true
                        deb-systemd-helper unmask UNIT >/dev/null || true
                    fi
                    rm -rf STATE
                    DELUSER
                    rmdir --ignore-fail-on-non-empty /etc/tiercel/rules.d /etc/tiercel 2>/dev/null || true
                fi
                if RUNNING; then
                    systemctl --system daemon-reload >/dev/null || true
                fi
                """;
        return List.of(
                new Script("postinst", filled(postinst, content)),
                new Script("prerm", filled(prerm, content)),
                new Script("postrm", filled(postrm, content)));
    }

    /**
     * Sets RPM's scripts. The administrator enables the unit, as RPM distributions expect. An upgrade restarts a running unit. RPM
     * has no purge: the state stays.
     */
    static void rpm(Distributable content, RpmBuilder builder) {
        if (content.unit().isEmpty()) {
            return;
        }
        builder.setPostInstallationScript(SHELL, filled("""
                SYSUSERS
                if RUNNING; then
                    systemctl daemon-reload || :
                    if [ "$1" = 1 ]; then systemctl preset UNIT >/dev/null 2>&1 || :; fi
                fi
                """, content));
        builder.setPreRemoveScript(SHELL, filled("""
                if [ "$1" = 0 ] && RUNNING; then
                    systemctl --no-reload disable --now UNIT >/dev/null 2>&1 || :
                fi
                """, content));
        builder.setPostRemoveScript(SHELL, filled("""
                if RUNNING; then
                    systemctl daemon-reload || :
                    if [ "$1" -ge 1 ]; then systemctl try-restart UNIT || :; fi
                fi
                """, content));
    }

    private static String filled(String script, Distributable content) {
        String user = content.user();
        return script.replace("SYSUSERS", user.isEmpty() ? ":" : "systemd-sysusers " + user + ".conf")
                .replace("DELUSER", user.isEmpty() ? ":" : "userdel " + user + " 2>/dev/null || true")
                .replace("UNIT", content.unit())
                .replace("RUNNING", RUNNING)
                .replace("STATE", String.join(" ", content.state()));
    }
}
