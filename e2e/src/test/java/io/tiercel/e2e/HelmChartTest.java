package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart as helm renders it, held against what Kubernetes' rules of hardening and the sensor's own configuration say. */
class HelmChartTest {
    private static final String CHART = "infra/helm/tiercel";
    private static final String QUEUE = "delivery.sqs.queueUrl=https://sqs.eu-west-1.amazonaws.com/111122223333/alerts";
    private static final Pattern CONFIG = Pattern.compile("(?m)^  tiercel.yaml: \\|\\n((?:    .*\\n)+)");
    private static final Pattern CONFIG_SUM = Pattern.compile("tiercel/config: ([0-9a-f]{64})");

    @TempDir
    private Path folder;

    private static Tool.Result helm(String... settings) throws Exception {
        List<String> words = new ArrayList<>(
                List.of("template", "watch", CHART, "--namespace", "tiercel", "--kube-version", "1.34"));
        for (String setting : settings) {
            words.addAll(List.of("--set", setting));
        }
        return Tool.onPath("helm").run(words.toArray(String[]::new));
    }

    private static String rendered(String... settings) throws Exception {
        Tool.Result result = helm(settings);
        assertEquals(0, result.status(), result.text());
        return result.text();
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }

    @Test
    void theChartIsWellMade() throws Exception {
        String said = Tool.onPath("helm").out("lint", "--strict", CHART);
        assertTrue(said.contains("0 chart(s) failed"), said);
    }

    /** What the sensor is told is what the sensor takes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cluster=",
                QUEUE + " delivery.sqs.region=eu-west-1 cluster=shop",
                "delivery.server=https://alerts.example.com delivery.tlsSecret=a delivery.authorizationSecret=b",
                "grpc.enabled=true grpc.tlsSecret=tls grpc.allow={siem} config.rules.priority=notice config.fold.window_ms=0"
            })
    void theConfigurationIsOneThatTheSensorTakes(String settings) throws Exception {
        String text = rendered(settings.split(" "));
        String certificates = folder.resolve("certs").toString();
        tiercel("certs", "--dir", certificates);
        Path authorization = Files.writeString(folder.resolve("authorization"), "Bearer x");
        String config = found(CONFIG, text)
                .replaceAll("(?m)^    ", "")
                .replace("/opt/tiercel/rules", Tiercel.ROOT + "/rules")
                .replaceAll("/etc/tiercel/[a-z]+-tls/ca.crt", certificates + "/ca.crt")
                .replaceAll("/etc/tiercel/[a-z]+-tls/tls", certificates + "/server")
                .replace("/etc/tiercel/delivery-authorization/authorization", authorization.toString());
        Path file = Files.writeString(folder.resolve("tiercel.yaml"), config);
        tiercel("config", "check", "--config", file.toString());
    }

    private static void tiercel(String... words) throws Exception {
        Tool.Result result =
                new Tool(Tiercel.ROOT.resolve("tiercel").toString(), Map.of("TIERCEL_BUILD", "no")).run(words);
        assertEquals(0, result.status(), result.text());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics.port=80|/metrics/port",
                "colour=red|colour",
                "config.grpc.listen=x|grpc",
                "delivery.server=http://plain.example.com|/delivery/server",
                "rules.files.a=x|does not match pattern",
                "extraCapabilities={SYS_ADMIN}|/extraCapabilities",
                "grpc.enabled=true|grpc.tlsSecret",
                "rules.detections=false|nothing to look for",
                QUEUE + " delivery.server=https://x.example.com|not both"
            })
    void valuesThatDoNotFitAreRefusedByName(String settings, String named) throws Exception {
        Tool.Result result = helm(settings.split(" "));
        assertNotEquals(0, result.status());
        assertTrue(result.text().contains(named), result.text());
    }

    @Test
    void theSensorHasNoMoreRightsThanItNeeds() throws Exception {
        String text = rendered(QUEUE, "grpc.enabled=true", "grpc.tlsSecret=tls");
        assertTrue(text.contains("privileged: false"));
        assertTrue(text.contains("readOnlyRootFilesystem: true"));
        assertTrue(text.contains("allowPrivilegeEscalation: false"));
        assertTrue(text.contains("seccompProfile: {type: RuntimeDefault}"));
        assertTrue(text.contains("add: [\"BPF\",\"PERFMON\",\"SYS_PTRACE\",\"DAC_READ_SEARCH\"]"), text);
        assertTrue(text.contains("automountServiceAccountToken: false"));
        assertFalse(text.contains("ClusterRole"), "the sensor asks the API server for nothing");
        assertFalse(text.contains("hostNetwork"));
        Matcher mounts = Pattern.compile("\\{name: ([a-z-]+), mountPath: [^ ,]+, readOnly: true}")
                .matcher(text);
        assertEquals(4, mounts.results().count(), "all that is mounted but the spool is read-only");
    }

    /** A change of rules must not restart sensors; a change of anything else must. */
    @Test
    void onlyWhatIsReadAtTheStartChangesThePods() throws Exception {
        String one = rendered("rules.files.a\\.yaml=one");
        String other = rendered("rules.files.a\\.yaml=two");
        assertNotEquals(one, other);
        assertEquals(found(CONFIG_SUM, one), found(CONFIG_SUM, other));
        assertNotEquals(found(CONFIG_SUM, one), found(CONFIG_SUM, rendered("rules.files.a\\.yaml=one", QUEUE)));
    }

    @Test
    void optionalPartsAreThereWhenAskedFor() throws Exception {
        assertFalse(rendered().contains("ServiceMonitor"));
        String text = rendered(
                "metrics.serviceMonitor.enabled=true",
                "networkPolicy.enabled=true",
                "serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn=arn:aws:iam::111122223333:role/tiercel-sensor",
                "rules.configMaps={team-a}");
        assertTrue(text.contains("kind: ServiceMonitor"));
        assertTrue(text.contains("kind: NetworkPolicy"));
        assertTrue(text.contains("eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/tiercel-sensor"));
        assertTrue(text.contains("configMap: {name: team-a}"));
        assertTrue(text.contains("- /etc/tiercel/rules.team-a"));
    }

    /** All of infra/: nothing of medium severity or more that is not waived with its reason. */
    @Test
    void trivyFindsNothingThatIsNotWaived() throws Exception {
        Tool.Result result = Tool.onPath("trivy")
                .run(
                        "config",
                        "--skip-check-update",
                        "--ignorefile",
                        "infra/.trivyignore.yaml",
                        "--severity",
                        "MEDIUM,HIGH,CRITICAL",
                        "--exit-code",
                        "1",
                        "infra");
        assertEquals(0, result.status(), result.text());
    }
}
