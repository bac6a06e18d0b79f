package io.tiercel.sensor.livetest;

import io.tiercel.sensor.container.cri.StubContainer;
import java.util.List;
import java.util.Map;

/**
 * A behavior to perform, and the alerts that must follow.
 *
 * @param location {@code FILE:LINE} of the test
 * @param rule name of the rule that must raise an alert, or {@link #NO_RULE}
 * @param technique id and name of the technique in MITRE ATT&amp;CK that the script performs; empty if there is none
 * @param environment environment of the script
 * @param script script for {@code sh}, run by root in an empty folder of an overlay of this machine's file tree
 * @param harmless script that runs first, in the same place, and must not raise an alert of the rule; empty if there is
 *     none
 * @param requires names of programs that must be installed; otherwise the test is skipped
 * @param capabilities capabilities like {@code CAP_SYS_ADMIN} of the container, in addition to Docker's defaults
 * @param container metadata that the container runtime reports, if the script runs in a container
 * @param hosts host names and addresses that the sensor knows, as in {@code /etc/hosts}: name to address
 * @param terminal whether the script has a terminal
 * @param alerts expected alerts of the rule, at least one, each by its output fields: name to value. {@code *} matches
 *     any text. {@code ${container}} stands for the first twelve characters of the container id.
 */
public record LiveTest(
        String location,
        String rule,
        String technique,
        Environment environment,
        String script,
        String harmless,
        List<String> requires,
        List<String> capabilities,
        StubContainer container,
        Map<String, String> hosts,
        boolean terminal,
        List<Map<String, String>> alerts) {
    /** The rule of a test whose script must succeed without an alert of any rule. */
    public static final String NO_RULE = "none";

    /** The container metadata of a test that sets none. */
    static final StubContainer DEFAULT_CONTAINER =
            new StubContainer("docker.io/library/livetest:1", "livetests", false, Map.of());

    /** The environment of a script. */
    public enum Environment {
        HOST,
        CONTAINER
    }

    /** Whether the script must raise no alert. */
    public boolean silent() {
        return rule.equals(NO_RULE);
    }

    public LiveTest {
        requires = List.copyOf(requires);
        capabilities = List.copyOf(capabilities);
        hosts = Map.copyOf(hosts);
        alerts = alerts.stream().map(Map::copyOf).toList();
    }
}
