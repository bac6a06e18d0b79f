package io.tiercel.functions.local.http;

import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tiercel.functions.credential.SenderIdentity;
import io.tiercel.functions.incident.StoreUnavailable;
import io.tiercel.functions.local.sqlite.AlertInbox;
import io.tiercel.functions.local.sqlite.ResponseQueue;
import io.tiercel.functions.local.sqlite.SqliteAuditLog;
import io.tiercel.functions.local.sqlite.SqliteIncidentStore;
import io.tiercel.functions.local.worker.SenderMetrics;
import io.tiercel.functions.notification.silence.ActiveSilences;
import io.tiercel.functions.respond.hold.ExposedParts;
import io.tiercel.functions.stage.ScheduledAuditMaintenance;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /metrics} in the Prometheus format. The values come from the database, so they survive restarts, except those about
 * senders and deliveries, which start at zero. The number of label values does not depend on the content of alerts.
 */
@Singleton
final class MetricsRoute {
    private static final String VERIFIED = "verified";
    private static final String UNVERIFIED = "unverified";

    private final AlertInbox inbox;
    private final SqliteIncidentStore incidents;
    private final ResponseQueue responses;
    private final ExposedParts exposed;
    private final SqliteAuditLog audit;
    private final ScheduledAuditMaintenance maintenance;
    private final ActiveSilences silences;
    private final SenderMetrics senders;
    private final SenderIdentity identity;
    private final NotificationSnapshots notifications;
    private final ExpositionFormats formats = ExpositionFormats.init();

    @Inject
    MetricsRoute(
            AlertInbox inbox,
            SqliteIncidentStore incidents,
            ResponseQueue responses,
            ExposedParts exposed,
            SqliteAuditLog audit,
            ScheduledAuditMaintenance maintenance,
            ActiveSilences silences,
            SenderMetrics senders,
            SenderIdentity identity,
            NotificationSnapshots notifications) {
        this.inbox = inbox;
        this.incidents = incidents;
        this.responses = responses;
        this.exposed = exposed;
        this.audit = audit;
        this.maintenance = maintenance;
        this.silences = silences;
        this.senders = senders;
        this.identity = identity;
        this.notifications = notifications;
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
            JsonResponse.unavailable(exchange, e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MetricSnapshots collect() {
        AlertInbox.Totals inboxTotals = inbox.totals();
        SqliteIncidentStore.Totals storeTotals = incidents.totals();
        ScheduledAuditMaintenance.Status auditStatus = maintenance.status();
        MetricSnapshots.Builder metrics = MetricSnapshots.builder()
                .metricSnapshot(counter(
                        "tiercel_functions_alerts_counted",
                        "Alerts counted in incidents. An aggregated alert of a verified sender counts as many.",
                        storeTotals.countedAlerts()))
                .metricSnapshot(counter(
                        "tiercel_functions_documents_refused",
                        "Rejected documents, by reason.",
                        "reason",
                        rejectedByReason()))
                .metricSnapshot(counter("tiercel_functions_audit_entries", "Entries of the audit log.", audit.total()))
                .metricSnapshot(gauge(
                        "tiercel_audit_findings",
                        "Changes of the audit log that verification found. Anything but 0 needs attention.",
                        null,
                        Map.of("", auditStatus.findings())))
                .metricSnapshot(gauge(
                        "tiercel_audit_anchor_timestamp_seconds",
                        "Time of the newest anchor of the audit log; 0 if there is none.",
                        null,
                        Map.of("", auditStatus.anchoredAt())))
                .metricSnapshot(gauge(
                        "tiercel_functions_alerts_waiting",
                        "Alerts that are stored and not counted yet.",
                        "sender",
                        Map.of(VERIFIED, inboxTotals.verified(), UNVERIFIED, inboxTotals.unverified())))
                .metricSnapshot(counter(
                        "tiercel_functions_alerts_received",
                        "Accepted alerts, by whether their sender is verified.",
                        "sender",
                        Map.of(VERIFIED, senders.verified(), UNVERIFIED, senders.unverified())))
                .metricSnapshot(counter(
                        "tiercel_functions_posts_unauthorized",
                        "Posts that were rejected because their sender is not verified.",
                        senders.rejectedPosts()))
                .metricSnapshot(counter(
                        "tiercel_functions_sender_mismatches",
                        "Alerts that contradict their verified sender.",
                        senders.mismatches()))
                .metricSnapshot(gauge(
                        "tiercel_functions_responses_waiting",
                        "Incidents that wait for the responder.",
                        null,
                        Map.of("", responses.waiting())))
                .metricSnapshot(gauge(
                        "tiercel_responses_exposed",
                        "Parts of targets that are more open than before their isolation. Anything but 0 needs attention.",
                        null,
                        Map.of("", (long) exposed.getAsInt())))
                .metricSnapshot(gauge(
                        "tiercel_silences_active", "Silences in force.", null, Map.of("", silences.countActive())))
                .metricSnapshot(gauge(
                        "tiercel_incidents_silenced",
                        "Different incidents that silences in force have matched; at most 1,000 of each silence are counted.",
                        null,
                        Map.of("", silences.countIncidents())))
                .metricSnapshot(
                        gauge("tiercel_functions_incidents", "Stored incidents.", "state", storeTotals.byState()));
        notifications.collect().forEach(metrics::metricSnapshot);
        SenderIdentity.KeyStatus keys = identity.keys();
        if (keys != null) {
            metrics.metricSnapshot(gauge(
                    "tiercel_functions_identity_keys",
                    "Keys of the issuer of service account tokens.",
                    null,
                    Map.of("", (long) keys.count())));
            metrics.metricSnapshot(gauge(
                    "tiercel_functions_identity_keys_fetched_timestamp_seconds",
                    "Time of the last successful request for keys; 0 if there was none.",
                    null,
                    Map.of("", keys.fetched() == null ? 0 : keys.fetched().getEpochSecond())));
        }
        return metrics.build();
    }

    private Map<String, Long> rejectedByReason() {
        Map<String, Long> rejected = new TreeMap<>();
        inbox.rejectedByReason().forEach((reason, documents) -> rejected.put(reason.code(), documents));
        return rejected;
    }

    private static CounterSnapshot counter(String name, String help, String label, Map<String, Long> values) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        values.forEach((labelValue, value) -> counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, labelValue))
                .value(value)
                .build()));
        return counter.build();
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
