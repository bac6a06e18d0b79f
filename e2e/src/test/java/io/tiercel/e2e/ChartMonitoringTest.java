package io.tiercel.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chart's alerting rules and dashboard: valid, and only about metrics and pages that exist. */
@Tag("packaged")
class ChartMonitoringTest {
    private static final Pattern METRIC = Pattern.compile("\\b(?:tiercel|process)_[a-z_]+");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*) \\|");
    private static final Pattern HEADING = Pattern.compile("(?m)^## (\\w+)$");

    @TempDir
    private Path folder;

    /** The metrics of the documentation, which other tests compare with those of the programs. */
    private static Set<String> documented() throws IOException {
        Set<String> names = new TreeSet<>();
        for (String page : List.of("metrics.md", "functions.md", "notifications.md")) {
            String text = Files.readString(Tiercel.ROOT.resolve("docs").resolve(page));
            ROW.matcher(text).results().forEach(row -> names.addAll(metrics(row.group(1))));
        }
        return names;
    }

    /** Returns the metrics of an expression, those of a histogram without suffix. */
    static Set<String> metrics(String expression) {
        return METRIC.matcher(expression)
                .results()
                .map(match -> match.group().replaceFirst("_bucket$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static JsonNode rules() throws Exception {
        List<JsonNode> objects = Chart.objects(
                "metrics.prometheusRule.enabled=true",
                "metrics.prometheusRule.labels.release=prometheus",
                "metrics.prometheusRule.runbookUrl=https://git.example.com/tiercel/blob/main/");
        return Chart.object(objects, "PrometheusRule", "watch-tiercel");
    }

    /** Returns the expressions of the dashboard. */
    static String dashboardExpressions(JsonNode dashboard) {
        StringBuilder expressions = new StringBuilder();
        dashboard
                .findValues("expr")
                .forEach(each -> expressions.append(each.asText()).append('\n'));
        dashboard
                .at("/templating/list")
                .forEach(each -> expressions.append(each.path("query").asText()).append('\n'));
        return expressions.toString();
    }

    private static JsonNode dashboard(List<JsonNode> objects) throws IOException {
        JsonNode map = Chart.object(objects, "ConfigMap", "-dashboard");
        assertEquals("1", map.at("/metadata/labels/grafana_dashboard").asText());
        return JsonMapper.builder()
                .build()
                .readTree(map.at("/data/tiercel.json").asText());
    }

    @Test
    void rulesAndDashboardUseMetricsThatExist() throws Exception {
        Set<String> documented = documented();
        Set<String> used = new TreeSet<>();
        rules().findValues("expr").forEach(each -> used.addAll(metrics(each.asText())));
        assertTrue(used.size() >= 14, used.toString());
        JsonNode dashboard = dashboard(Chart.objects("metrics.dashboard.enabled=true"));
        Set<String> shown = metrics(dashboardExpressions(dashboard));
        assertTrue(shown.size() >= 20, shown.toString());
        used.addAll(shown);
        used.removeAll(documented);
        assertEquals(Set.of(), used, "not in the documentation");
    }

    @Test
    void everyAlertHasASummaryAndARunbook() throws Exception {
        Set<String> sections = HEADING.matcher(Files.readString(Tiercel.ROOT.resolve("docs/runbooks.md")))
                .results()
                .map(heading -> heading.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> alerts = new TreeSet<>();
        JsonNode rules = rules();
        assertEquals("prometheus", rules.at("/metadata/labels/release").asText());
        for (JsonNode group : rules.at("/spec/groups")) {
            for (JsonNode rule : group.path("rules")) {
                String alert = rule.path("alert").asText();
                alerts.add(alert);
                assertTrue(rule.at("/annotations/summary").asText().endsWith("."), alert);
                assertTrue(rule.at("/labels/severity").asText().matches("warning|critical"), alert);
                assertEquals(
                        "https://git.example.com/tiercel/blob/main/docs/runbooks.md#"
                                + alert.toLowerCase(java.util.Locale.ROOT),
                        rule.at("/annotations/runbook_url").asText());
            }
        }
        assertEquals(sections, alerts);
    }

    @Test
    void promtoolAcceptsTheRules() throws Exception {
        Path file = folder.resolve("rules.yaml");
        new YAMLMapper().writeValue(file.toFile(), rules().path("spec"));
        Tool.Result result =
                Tool.onPath("promtool").run("check", "rules", "--lint=all", "--lint-fatal", file.toString());
        assertEquals(0, result.status(), result.text());
        Files.writeString(folder.resolve("test.yaml"), """
            rule_files: [rules.yaml]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - series: 'tiercel_events_lost_total{namespace="tiercel",job="watch-tiercel",node="n1",reason="ring_full",cpu="0"}'
                    values: 0x5 3x20
                  - series: 'tiercel_delivery_breaker_open{namespace="tiercel",job="watch-tiercel",node="n1"}'
                    values: 1x30
                  - series: 'tiercel_spool_bytes{namespace="tiercel",job="watch-tiercel",node="n2"}'
                    values: 230000000x30
                  - series: 'up{namespace="other",job="watch-tiercel",node="n3"}'
                    values: 0x30
                alert_rule_test:
                  - eval_time: 10m
                    alertname: TiercelEventsLost
                    exp_alerts:
                      - exp_labels: {severity: warning, node: n1, reason: ring_full}
                        exp_annotations:
                          summary: The sensor on node n1 lost events (ring_full).
                          runbook_url: https://git.example.com/tiercel/blob/main/docs/runbooks.md#tierceleventslost
                  - {eval_time: 25m, alertname: TiercelEventsLost, exp_alerts: []}
                  - eval_time: 10m
                    alertname: TiercelDeliveryFailing
                    exp_alerts:
                      - exp_labels: {severity: warning, node: n1, namespace: tiercel, job: watch-tiercel}
                        exp_annotations:
                          summary: The sensor on node n1 cannot deliver alerts. They wait on the node.
                          runbook_url: https://git.example.com/tiercel/blob/main/docs/runbooks.md#tierceldeliveryfailing
                  - eval_time: 10m
                    alertname: TiercelSpoolFilling
                    exp_alerts:
                      - exp_labels: {severity: warning, node: n2, namespace: tiercel, job: watch-tiercel}
                        exp_annotations:
                          summary: The spool on node n2 is more than 80 % full.
                          runbook_url: https://git.example.com/tiercel/blob/main/docs/runbooks.md#tiercelspoolfilling
                  - {eval_time: 10m, alertname: TiercelSensorDown, exp_alerts: []}
            """);
        Tool.Result tested = Tool.onPath("promtool")
                .run("test", "rules", folder.resolve("test.yaml").toString());
        assertEquals(0, tested.status(), tested.text());
    }

    /** A cluster without the operator's custom resources accepts the default values. */
    @Test
    void customResourcesAreOptional() throws Exception {
        for (JsonNode object : Chart.objects(Chart.SERVER.split(" "))) {
            assertFalse(object.path("apiVersion").asText().contains("monitoring.coreos.com"), object::toString);
        }
    }

    /** Prometheus gets the token of viewers, never that of responders. */
    @Test
    void serverIsScrapedWithTheTokenOfViewers() throws Exception {
        List<JsonNode> objects = Chart.objects((Chart.SERVER
                        + " metrics.serviceMonitor.enabled=true networkPolicy.metricsFrom=[{\"podSelector\":{}}] server.tokenSecret=operators server.viewerTokenSecret=viewers")
                .split(" "));
        JsonNode endpoint = Chart.object(objects, "ServiceMonitor", "-server").at("/spec/endpoints/0");
        assertEquals("https", endpoint.path("scheme").asText());
        assertEquals("viewers", endpoint.at("/authorization/credentials/name").asText());
        assertEquals(
                "watch-tiercel-server.tiercel.svc",
                endpoint.at("/tlsConfig/serverName").asText());
        assertFalse(endpoint.toString().contains("operators"), endpoint::toString);
    }
}
