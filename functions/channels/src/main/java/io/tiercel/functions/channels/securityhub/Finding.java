package io.tiercel.functions.channels.securityhub;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A finding in the AWS Security Finding Format. All its texts are limited, so that it has less than 240 KB, the maximum size. There is one
 * finding per incident: its id never changes, so a later import updates it.
 *
 * @see <a href="https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html">ASFF</a>
 */
public final class Finding {
    private static final int MAX_TITLE = 256;
    private static final int MAX_DESCRIPTION = 1024;
    private static final int MAX_GENERATOR = 512;
    private static final int MAX_PRODUCT_FIELD = 1024;
    private static final int MAX_PROCESS_NAME = 64;
    private static final int MAX_PROCESS_PATH = 512;
    private static final String PREFIX = "tiercel/";

    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final String account;
    private final String partition;
    private final String region;

    private Finding(String account, String partition, String region) {
        this.account = account;
        this.partition = partition;
        this.region = region;
    }

    /**
     * Returns the finding of an incident.
     *
     * @param account the account that calls Security Hub, 12 digits
     * @param updatedAt later than in every earlier import of this finding
     */
    public static ObjectNode of(
            IncidentNotification notification, String account, String partition, String region, Instant updatedAt) {
        Incident incident = notification.incident();
        Fingerprint cause = incident.fingerprint();
        Finding finding = new Finding(account, partition, region);
        finding.head("incident/" + incident.id(), cause.rule(), incident.openedAt(), updatedAt, notification.first());
        finding.classify(
                incident.priority(),
                FindingTypes.of(incident.tactics(), incident.enrichment().host().inContainer()),
                notification.state().closed());
        finding.json.put("FirstObservedAt", time(incident.firstSeenNanos()));
        finding.json.put("LastObservedAt", time(incident.lastSeenNanos()));
        finding.put("Title", cause.rule() + " on " + cause.workload(), MAX_TITLE);
        finding.put(
                "Description",
                incident.count() + " alerts, " + incident.verifiedCount() + " of them from verified senders. "
                        + notification.message(),
                MAX_DESCRIPTION);
        finding.process(cause.executable());
        finding.fields(notification);
        new FindingResources(finding.json, account, partition, region).add(incident);
        return finding.json;
    }

    /** Returns the finding of a group, like that of an incident. */
    public static ObjectNode of(
            GroupNotification notification, String account, String partition, String region, Instant updatedAt) {
        GroupSummary group = notification.group();
        String dimension = group.dimension().name().toLowerCase(Locale.ROOT);
        Finding finding = new Finding(account, partition, region);
        finding.head("group/" + group.id(), "group by " + dimension, group.since(), updatedAt, notification.first());
        finding.classify(group.priority(), FindingTypes.of(List.of(), true), notification.closed());
        finding.json.put("FirstObservedAt", group.since().toString());
        finding.json.put("LastObservedAt", group.until().toString());
        finding.put("Title", group.incidents() + " incidents of " + dimension + " " + group.value(), MAX_TITLE);
        finding.put(
                "Description",
                group.incidents() + " incidents, " + group.openIncidents() + " of them open, with " + group.alerts()
                        + " alerts. First: "
                        + (group.top().isEmpty()
                                ? "none"
                                : group.top().getFirst().rule()),
                MAX_DESCRIPTION);
        ObjectNode fields = finding.json.putObject("ProductFields");
        field(fields, "incidents", Long.toString(group.incidents()));
        field(fields, "openIncidents", Long.toString(group.openIncidents()));
        field(fields, "alerts", Long.toString(group.alerts()));
        field(fields, "verified", Boolean.toString(group.verified()));
        new FindingResources(finding.json, account, partition, region).addGroup(group.id(), dimension, group.value());
        return finding.json;
    }

    private void head(String id, String generator, Instant createdAt, Instant updatedAt, boolean first) {
        json.put("SchemaVersion", "2018-10-08");
        json.put("Id", PREFIX + id);
        json.put(
                "ProductArn",
                "arn:" + partition + ":securityhub:" + region + ":" + account + ":product/" + account + "/default");
        json.put("AwsAccountId", account);
        json.put("CompanyName", "Tiercel");
        json.put("ProductName", "Tiercel");
        json.put("Region", region);
        put("GeneratorId", PREFIX + generator, MAX_GENERATOR);
        json.put("CreatedAt", createdAt.toString());
        json.put("UpdatedAt", updatedAt.toString());
        if (first) {
            // Afterwards the workflow belongs to the people who work with the finding; imports cannot change it.
            json.putObject("Workflow").put("Status", "NEW");
        }
    }

    private void classify(Priority priority, List<String> types, boolean closed) {
        String label = FindingTypes.severityLabel(priority);
        ArrayNode names = json.putArray("Types");
        types.forEach(names::add);
        json.putObject("Severity")
                .put("Label", label)
                .put("Normalized", FindingTypes.normalizedSeverity(priority))
                .put("Original", priority.label());
        // Updates of the severity and of the types are taken from these fields only.
        ObjectNode provided = json.putObject("FindingProviderFields");
        provided.putObject("Severity").put("Label", label).put("Original", priority.label());
        ArrayNode providedTypes = provided.putArray("Types");
        types.forEach(providedTypes::add);
        json.put("RecordState", closed ? "ARCHIVED" : "ACTIVE");
    }

    private void process(String executable) {
        if (!executable.isBlank()) {
            ObjectNode process = json.putObject("Process");
            process.put("Name", text(executable.substring(executable.lastIndexOf('/') + 1), MAX_PROCESS_NAME));
            if (executable.startsWith("/")) {
                process.put("Path", text(executable, MAX_PROCESS_PATH));
            }
        }
    }

    private void fields(IncidentNotification notification) {
        Incident incident = notification.incident();
        ObjectNode fields = json.putObject("ProductFields");
        field(fields, "state", notification.state().state());
        field(fields, "episode", Integer.toString(notification.state().episode()));
        field(fields, "count", Long.toString(incident.count()));
        field(fields, "verifiedCount", Long.toString(incident.verifiedCount()));
        field(fields, "sender", incident.enrichment().sender().text());
        field(fields, "doubts", String.join("; ", incident.doubts()));
        field(fields, "cluster", incident.fingerprint().cluster());
        field(fields, "workload", incident.fingerprint().workload());
        field(fields, "host", incident.enrichment().host().node());
        field(fields, "target", incident.targetText());
        field(fields, "acknowledgedBy", notification.state().acknowledgedBy());
        notification.response().ifPresent(response -> field(fields, "response", response.state()));
    }

    private static void field(ObjectNode fields, String key, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            fields.put(PREFIX + key, text(value, MAX_PRODUCT_FIELD));
        }
    }

    private void put(String key, String value, int maxLength) {
        json.put(key, text(value, maxLength));
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(0, nanos).toString();
    }

    /** Returns untrusted text as one line of limited length. */
    static String text(String text, int maxLength) {
        return TextLimit.cut(SafeText.oneLine(text), maxLength, "…");
    }
}
