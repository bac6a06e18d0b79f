package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values with which users adapt the chart: names, environment variables, volumes, scheduling, and the pod of {@code helm test}. */
@Tag("packaged")
class ChartValuesTest {
    private static List<JsonNode> withServer(String... settings) throws Exception {
        return Chart.objects(Stream.concat(Stream.of(Chart.SERVER.split(" ")), Stream.of(settings))
                .toArray(String[]::new));
    }

    private static JsonNode sensor(List<JsonNode> objects) {
        return Chart.object(objects, "DaemonSet", "").at("/spec/template/spec");
    }

    private static JsonNode server(List<JsonNode> objects) {
        return Chart.object(objects, "Deployment", "-server").at("/spec/template/spec");
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode each : list) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError(name + " is not in " + list);
    }

    @Test
    void namesCanBeReplaced() throws Exception {
        for (JsonNode object : withServer("fullnameOverride=eyes")) {
            String name = object.at("/metadata/name").asText();
            assertTrue(name.startsWith("eyes") || name.equals("tiercel-sensor"), name);
            assertFalse(object.toString().contains("watch-tiercel"), object::toString);
        }
        JsonNode renamed = Chart.object(withServer("nameOverride=eyes"), "Deployment", "watch-eyes-server");
        assertEquals(
                "eyes",
                renamed.at("/spec/selector/matchLabels/app.kubernetes.io~1name").asText());
    }

    @Test
    void secretsReachTheServerByReference() throws Exception {
        JsonNode environment = server(withServer(
                        "server.env={\"TIERCEL_SLACK_WEBHOOK\": {\"secretKeyRef\": {\"name\": \"slack\", \"key\": \"url\"}},"
                                + " \"HTTPS_PROXY\": \"http://proxy:3128\"}"))
                .at("/containers/0/env");
        JsonNode webhook = named(environment, "TIERCEL_SLACK_WEBHOOK");
        assertEquals("slack", webhook.at("/valueFrom/secretKeyRef/name").asText());
        assertFalse(webhook.has("value"));
        assertEquals(
                "http://proxy:3128",
                named(environment, "HTTPS_PROXY").path("value").asText());
    }

    @Test
    void podsGetWhatUsersAdd() throws Exception {
        List<JsonNode> objects = withServer(
                "extraEnv=[{\"name\": \"TZ\", \"value\": \"UTC\"}]",
                "extraVolumes=[{\"name\": \"own\", \"emptyDir\": {}}]",
                "extraVolumeMounts=[{\"name\": \"own\", \"mountPath\": \"/own\"}]",
                "server.extraVolumes=[{\"name\": \"own\", \"emptyDir\": {}}]",
                "server.extraVolumeMounts=[{\"name\": \"own\", \"mountPath\": \"/own\"}]",
                "server.tolerations=[{\"key\": \"infra\", \"operator\": \"Exists\"}]",
                "server.priorityClassName=high",
                "server.podLabels.team=sec",
                "server.podAnnotations.note=x",
                "server.nodeSelector.pool=infra",
                "image.pullSecrets=[{\"name\": \"registry\"}]");
        for (JsonNode pod : List.of(sensor(objects), server(objects))) {
            named(pod.path("volumes"), "own");
            assertEquals(
                    "/own",
                    named(pod.at("/containers/0/volumeMounts"), "own")
                            .path("mountPath")
                            .asText());
            assertEquals("registry", pod.at("/imagePullSecrets/0/name").asText());
        }
        assertEquals(
                "UTC",
                named(sensor(objects).at("/containers/0/env"), "TZ")
                        .path("value")
                        .asText());
        JsonNode pod = server(objects);
        assertEquals("high", pod.path("priorityClassName").asText());
        assertEquals("infra", pod.at("/tolerations/0/key").asText());
        assertEquals("infra", pod.at("/nodeSelector/pool").asText());
        JsonNode metadata = Chart.object(objects, "Deployment", "-server").at("/spec/template/metadata");
        assertEquals("sec", metadata.at("/labels/team").asText());
        assertEquals("x", metadata.at("/annotations/note").asText());
    }

    /** A cap above 100 ended the server in a loop, while Helm said that it was deployed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"- guards: {cap: {max: 101}}|101", "- cap: {max: -1}|-1", "- cap: {max: 100}|", "- policy: a|"})
    void capOutOfRangeIsRejected(String responses, @Nullable String named) throws Exception {
        Tool.Result result = Chart.render(
                Stream.concat(Stream.of(Chart.SERVER.split(" ")), Stream.of("server.files.responses=" + responses))
                        .toArray(String[]::new));
        assertEquals(named == null, result.status() == 0, result.text());
        assertTrue(named == null || result.text().contains("from 0 to 100, not " + named), result.text());
    }

    /** Probes do not depend on the metrics port, whose clients need a token. */
    @Test
    void probesUseASocketAndMetricsAToken() throws Exception {
        List<JsonNode> objects = Chart.objects(
                "metrics.serviceMonitor.enabled=true",
                "networkPolicy.metricsFrom=[{\"namespaceSelector\":{\"matchLabels\":{\"name\":\"monitoring\"}}}]");
        JsonNode container = sensor(objects).at("/containers/0");
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            JsonNode command = container.at("/" + probe + "/exec/command");
            assertEquals(
                    "/run/tiercel/health/sensor.sock",
                    command.path(command.size() - 2).asText());
        }
        assertEquals(
                "/run/tiercel",
                named(container.path("volumeMounts"), "health")
                        .path("mountPath")
                        .asText());
        String config = Chart.object(objects, "ConfigMap", "watch-tiercel")
                .at("/data/tiercel.yaml")
                .asText();
        assertTrue(config.contains("token_file: /etc/tiercel/metrics/token"), config);
        assertTrue(config.contains("health_socket: /run/tiercel/health/sensor.sock"), config);
        JsonNode secret = Chart.object(objects, "Secret", "watch-tiercel-metrics");
        assertEquals(43, Base64.getDecoder().decode(secret.at("/data/token").asText()).length);
        assertEquals(
                "watch-tiercel-metrics",
                Chart.object(objects, "ServiceMonitor", "")
                        .at("/spec/endpoints/0/authorization/credentials/name")
                        .asText());
        JsonNode policy = Chart.object(objects, "NetworkPolicy", "").at("/spec/ingress");
        assertEquals("metrics", policy.at("/0/ports/0/port").asText());
        assertEquals(
                "monitoring",
                policy.at("/0/from/1/namespaceSelector/matchLabels/name").asText());
        assertEquals(1, policy.size());
        List<JsonNode> own = Chart.objects("metrics.tokenSecret=mine", "delivery.server=https://alerts.example.com");
        assertTrue(own.stream().noneMatch(each -> each.path("kind").asText().equals("Secret")));
        assertEquals(
                "mine",
                named(sensor(own).path("volumes"), "metrics-token")
                        .at("/secret/secretName")
                        .asText());
        assertEquals(
                "mine",
                named(Chart.object(own, "Pod", "-test").at("/spec/volumes"), "metrics-token")
                        .at("/secret/secretName")
                        .asText());
    }

    @Test
    void testPodHasNoRights() throws Exception {
        JsonNode pod = Chart.object(withServer(), "Pod", "-test").path("spec");
        assertFalse(pod.path("automountServiceAccountToken").asBoolean(true));
        assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean());
        JsonNode container = pod.at("/containers/0");
        assertEquals(
                "[\"ALL\"]", container.at("/securityContext/capabilities/drop").toString());
        assertTrue(container.at("/securityContext/readOnlyRootFilesystem").asBoolean());
        assertFalse(pod.has("hostPID"));
        assertTrue(
                container.path("args").toString().contains("--server=https://watch-tiercel-server.tiercel.svc:8466"));
        JsonNode alone = Chart.object(Chart.objects(), "Pod", "-test").path("spec");
        assertFalse(alone.toString().contains("--server") || alone.toString().contains("--delivery"), alone::toString);
        assertFalse(alone.has("volumes"));
    }

    @Test
    void regionAndStorageClassAreSet() throws Exception {
        List<JsonNode> objects =
                withServer("server.actions={aws}", "server.region=eu-west-1", "server.storage.className=-");
        assertEquals(
                "eu-west-1",
                named(server(objects).at("/containers/0/env"), "AWS_REGION")
                        .path("value")
                        .asText());
        JsonNode claim =
                Chart.object(objects, "PersistentVolumeClaim", "-server").path("spec");
        assertTrue(
                claim.has("storageClassName")
                        && claim.path("storageClassName").asText().isEmpty(),
                claim::toString);
        assertFalse(Chart.object(withServer(), "PersistentVolumeClaim", "-server")
                .path("spec")
                .has("storageClassName"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "server.actions={aws}|set the AWS region",
                "server.enrichSources={aws,kubernetes}|set the AWS region",
                "server.region=Ireland|/server/region",
                "server.storage.className=Fast|/server/storage/className",
                "fullnameOverride=Eyes|/fullnameOverride",
                "extraEnv=[{\"value\": \"x\"}]|name",
                "server.env={\"A\": {\"secretKeyRef\": {\"name\": \"x\"}}}|key",
                "metrics.prometheusRule.runbookUrl=x|/metrics/prometheusRule/runbookUrl",
                "test.timeoutSeconds=1|/test/timeoutSeconds"
            })
    void invalidValuesAreRejectedByName(String setting, String named) throws Exception {
        Tool.Result result = Chart.render(Stream.concat(Stream.of(Chart.SERVER.split(" ")), Stream.of(setting))
                .toArray(String[]::new));
        assertNotEquals(0, result.status());
        assertTrue(result.text().contains(named), result.text());
    }
}
