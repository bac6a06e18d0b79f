package io.tiercel.sensor.livetest;

import io.tiercel.sensor.container.cri.StubContainer;
import java.util.List;
import java.util.Map;

/**
 * A behaviour to perform, and the alert that it has to bring about.
 *
 * @param place {@code FILE:LINE} of where it is written
 * @param rule name of the rule that has to alert
 * @param where what the script runs in
 * @param script for {@code sh}, run by root in an empty folder of a copy of this machine's file tree
 * @param needs programs that have to be installed, by name; without them the trial is skipped
 * @param capabilities names like {@code CAP_SYS_ADMIN} that a container gets besides the usual ones
 * @param told what the container's runtime says about it, if there is a container
 * @param hosts names that the sensor knows addresses by, as in {@code /etc/hosts}: name to address
 * @param terminal whether the script has a terminal
 * @param fields what the alert's output fields have to be: name to text, in which {@code *} stands for any text and
 *     {@code ${container}} for the first twelve characters of the container's id
 */
public record LiveTest(
        String place,
        String rule,
        Where where,
        String script,
        List<String> needs,
        List<String> capabilities,
        StubContainer told,
        Map<String, String> hosts,
        boolean terminal,
        Map<String, String> fields) {
    /** What a runtime says about a container if a trial says nothing of it. */
    static final StubContainer PLAIN = new StubContainer("docker.io/library/trial:1", "trials", false, Map.of());

    /** What a script runs in. */
    public enum Where {
        HOST,
        CONTAINER
    }

    public LiveTest {
        needs = List.copyOf(needs);
        capabilities = List.copyOf(capabilities);
        hosts = Map.copyOf(hosts);
        fields = Map.copyOf(fields);
    }
}
