package io.tiercel.functions.local.http;

import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.ResponseQueue;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /metrics} in the Prometheus format. The values come from the database, so they survive restarts. The number of
 * label values does not depend on the content of alerts.
 */
@Singleton
final class MetricsRoute {
    private final AlertInbox inbox;
    private final SqliteIncidentStore incidents;
    private final ResponseQueue responses;
    private final SqliteAuditLog audit;
    private final ExpositionFormats formats = ExpositionFormats.init();

    @Inject
    MetricsRoute(AlertInbox inbox, SqliteIncidentStore incidents, ResponseQueue responses, SqliteAuditLog audit) {
        this.inbox = inbox;
        this.incidents = incidents;
        this.responses = responses;
        this.audit = audit;
    }

    void register(@Observes Router router) {
        router.get("/metrics").blockingHandler(this::respond, false);
    }

    private void respond(RoutingContext exchange) {
        try {
            var format = formats.findWriter(exchange.request().getHeader("Accept"));
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            format.write(text, collect());
            exchange.response()
                    .putHeader("Content-Type", format.getContentType())
                    .end(Buffer.buffer(text.toByteArray()));
        } catch (StoreUnavailable e) {
            JsonResponse.error(exchange, 503, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MetricSnapshots collect() {
        AlertInbox.Totals inboxTotals = inbox.totals();
        SqliteIncidentStore.Totals storeTotals = incidents.totals();
        return MetricSnapshots.builder()
                .metricSnapshot(counter(
                        "tiercel_functions_alerts_counted",
                        "Alerts counted in incidents.",
                        storeTotals.countedMessages()))
                .metricSnapshot(
                        counter("tiercel_functions_documents_refused", "Rejected documents.", inboxTotals.rejected()))
                .metricSnapshot(counter(
                        "tiercel_functions_audit_entries",
                        "Entries of the audit log.",
                        audit.head().number()))
                .metricSnapshot(gauge(
                        "tiercel_functions_alerts_waiting",
                        "Alerts that are stored and not counted yet.",
                        null,
                        Map.of("", inboxTotals.waiting())))
                .metricSnapshot(gauge(
                        "tiercel_functions_responses_waiting",
                        "Incidents that wait for the responder.",
                        null,
                        Map.of("", responses.waiting())))
                .metricSnapshot(
                        gauge("tiercel_functions_incidents", "Stored incidents.", "state", storeTotals.byState()))
                .build();
    }

    private static CounterSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .value(value)
                        .build())
                .build();
    }

    private static GaugeSnapshot gauge(String name, String help, @Nullable String label, Map<String, Long> values) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((value, number) -> gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(label == null ? Labels.EMPTY : Labels.of(label, value))
                .value(number)
                .build()));
        return gauge.build();
    }
}
