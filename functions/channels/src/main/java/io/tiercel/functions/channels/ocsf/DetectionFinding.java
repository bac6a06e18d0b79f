package io.tiercel.functions.channels.ocsf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.enrich.Enrichment;
import io.tiercel.functions.enrich.InstanceFacts;
import io.tiercel.functions.enrich.PodFacts;
import io.tiercel.functions.enrich.TargetConfirmations;
import io.tiercel.functions.enrich.Technique;
import io.tiercel.functions.incident.Fingerprint;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.intake.SafeText;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notify.json.Delivery;
import io.tiercel.functions.notify.json.NotificationJson;
import io.tiercel.rules.alert.Priority;
import io.tiercel.rules.text.TextLimit;
import java.time.Instant;
import java.util.Locale;

/**
 * A Detection Finding of the Open Cybersecurity Schema Framework, class 2004, version {@value #VERSION}. {@code unmapped} has the whole
 * document of the notification, {@link NotificationJson}.
 *
 * @see <a href="https://schema.ocsf.io/1.3.0/classes/detection_finding">Detection Finding</a>
 */
public final class DetectionFinding {
    static final String VERSION = "1.3.0";
    private static final int CATEGORY = 2;
    private static final int CLASS = 2004;
    private static final int MAX_TEXT = 2_000;
    private static final int MAX_TECHNIQUES = 50;
    private static final int RULE = 1;
    private static final int REGULAR_FILE = 1;

    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final String account;
    private final String region;

    private DetectionFinding(String account, String region) {
        this.account = account;
        this.region = region;
    }

    /** What happened to the finding. */
    private enum Activity {
        CREATE("Create"),
        UPDATE("Update"),
        CLOSE("Close");

        private final String caption;

        Activity(String caption) {
            this.caption = caption;
        }

        int id() {
            return switch (this) {
                case CREATE -> 1;
                case UPDATE -> 2;
                case CLOSE -> 3;
            };
        }

        static Activity of(boolean first, boolean closed) {
            return closed ? CLOSE : first ? CREATE : UPDATE;
        }
    }

    /** Returns the finding of an incident. */
    public static ObjectNode of(IncidentNotification notification, String account, String region) {
        Incident incident = notification.incident();
        Fingerprint cause = incident.fingerprint();
        Enrichment facts = incident.enrichment();
        boolean closed = notification.state().closed();
        DetectionFinding finding = new DetectionFinding(account, region);
        finding.classify(Activity.of(notification.first(), closed), incident.priority(), notification.now());
        finding.status(closed, !notification.state().acknowledgedBy().isEmpty());
        finding.json.put("message", text(notification.message()));
        finding.json.put("count", (int) Math.min(incident.count(), Integer.MAX_VALUE));
        finding.json.put("start_time", millis(incident.firstSeenNanos()));
        finding.json.put("end_time", millis(incident.lastSeenNanos()));
        finding.head(Delivery.id(notification), facts);
        ObjectNode info = finding.info(incident.id(), cause.rule() + " on " + cause.workload(), notification.now());
        info.put("desc", text(notification.message()));
        info.put("created_time", incident.openedAt().toEpochMilli());
        info.put("first_seen_time", millis(incident.firstSeenNanos()));
        info.put("last_seen_time", millis(incident.lastSeenNanos()));
        info.putObject("analytic").put("type_id", RULE).put("type", "Rule").put("name", text(cause.rule()));
        attacks(info, facts);
        finding.evidence(cause);
        finding.resources(facts, cause.cluster());
        finding.json.set("unmapped", NotificationJson.of(notification, NotificationJson.MAX_MESSAGE_BYTES));
        return finding.json;
    }

    /** Returns the finding of a group. */
    public static ObjectNode of(GroupNotification notification, String account, String region) {
        GroupSummary group = notification.group();
        String dimension = group.dimension().name().toLowerCase(Locale.ROOT);
        DetectionFinding finding = new DetectionFinding(account, region);
        finding.classify(
                Activity.of(notification.first(), notification.closed()), group.priority(), notification.now());
        finding.status(notification.closed(), false);
        finding.json.put("message", group.incidents() + " incidents, " + group.openIncidents() + " of them open");
        finding.json.put("count", (int) Math.min(group.incidents(), Integer.MAX_VALUE));
        finding.json.put("start_time", group.since().toEpochMilli());
        finding.json.put("end_time", group.until().toEpochMilli());
        finding.metadata(Delivery.id(notification));
        finding.cloud(finding.account);
        ObjectNode info = finding.info(
                group.id(), group.incidents() + " incidents of " + dimension + " " + group.value(), notification.now());
        info.put("created_time", group.since().toEpochMilli());
        finding.json.set("unmapped", NotificationJson.of(notification, NotificationJson.MAX_MESSAGE_BYTES));
        return finding.json;
    }

    private void classify(Activity activity, Priority priority, Instant now) {
        json.put("activity_id", activity.id()).put("activity_name", activity.caption);
        json.put("category_uid", CATEGORY).put("category_name", "Findings");
        json.put("class_uid", CLASS).put("class_name", "Detection Finding");
        json.put("type_uid", CLASS * 100 + activity.id()).put("type_name", "Detection Finding: " + activity.caption);
        switch (priority) {
            case EMERGENCY -> json.put("severity_id", 6).put("severity", "Fatal");
            case ALERT, CRITICAL -> json.put("severity_id", 5).put("severity", "Critical");
            case ERROR -> json.put("severity_id", 4).put("severity", "High");
            case WARNING -> json.put("severity_id", 3).put("severity", "Medium");
            case NOTICE -> json.put("severity_id", 2).put("severity", "Low");
            case INFORMATIONAL, DEBUG -> json.put("severity_id", 1).put("severity", "Informational");
        }
        json.put("time", now.toEpochMilli());
    }

    private void status(boolean closed, boolean acknowledged) {
        if (closed) {
            json.put("status_id", 4).put("status", "Resolved");
        } else if (acknowledged) {
            json.put("status_id", 2).put("status", "In Progress");
        } else {
            json.put("status_id", 1).put("status", "New");
        }
    }

    private void head(String deliveryId, Enrichment facts) {
        metadata(deliveryId);
        InstanceFacts instance = facts.instance();
        String owner =
                TargetConfirmations.of(facts).instance().confirmed() && instance != null ? instance.account() : null;
        cloud(owner == null ? account : owner);
    }

    private void metadata(String deliveryId) {
        ObjectNode metadata = json.putObject("metadata");
        metadata.put("version", VERSION).put("uid", deliveryId);
        metadata.putObject("product").put("name", "Tiercel").put("vendor_name", "Tiercel");
        metadata.putArray("profiles").add("cloud");
    }

    private void cloud(String accountId) {
        ObjectNode cloud = json.putObject("cloud");
        cloud.put("provider", "AWS").put("region", region);
        cloud.putObject("account").put("uid", accountId);
    }

    private ObjectNode info(String id, String title, Instant now) {
        ObjectNode info = json.putObject("finding_info");
        info.put("uid", id).put("title", text(title)).put("modified_time", now.toEpochMilli());
        return info;
    }

    private static void attacks(ObjectNode info, Enrichment facts) {
        if (facts.techniques().isEmpty()) {
            return;
        }
        ArrayNode attacks = info.putArray("attacks");
        facts.techniques().stream().limit(MAX_TECHNIQUES).forEach(technique -> attack(attacks.addObject(), technique));
    }

    private static void attack(ObjectNode attack, Technique technique) {
        int dot = technique.id().indexOf('.');
        int colon = technique.name().indexOf(": ");
        if (dot > 0) {
            attack.putObject("sub_technique").put("uid", technique.id()).put("name", technique.name());
        }
        attack.putObject("technique")
                .put("uid", dot > 0 ? technique.id().substring(0, dot) : technique.id())
                .put("name", dot > 0 && colon > 0 ? technique.name().substring(0, colon) : technique.name());
        if (!technique.tactics().isEmpty()) {
            attack.putObject("tactic").put("name", technique.tactics().getFirst());
        }
    }

    private void evidence(Fingerprint cause) {
        String path = text(cause.executable());
        if (!path.isBlank()) {
            String name = path.substring(path.lastIndexOf('/') + 1);
            json.putArray("evidences")
                    .addObject()
                    .putObject("process")
                    .put("name", name)
                    .putObject("file")
                    .put("name", name)
                    .put("path", path)
                    .put("type_id", REGULAR_FILE);
        }
    }

    /** Adds the instance and the pod if they are confirmed. An unconfirmed claim of an alert is not an affected resource. */
    private void resources(Enrichment facts, String cluster) {
        TargetConfirmations confirmations = TargetConfirmations.of(facts);
        InstanceFacts instance = facts.instance();
        PodFacts pod = facts.pod();
        ArrayNode resources = JsonNodeFactory.instance.arrayNode();
        if (instance != null && confirmations.instance().confirmed()) {
            resources
                    .addObject()
                    .put("type", "AWS::EC2::Instance")
                    .put("uid", instance.id())
                    .put("region", region);
        }
        if (pod != null && confirmations.pod().confirmed()) {
            resources
                    .addObject()
                    .put("type", "Kubernetes::Pod")
                    .put("uid", pod.uid())
                    .put("name", text(cluster + "/" + pod.namespace() + "/" + pod.name()));
        }
        if (!resources.isEmpty()) {
            json.set("resources", resources);
        }
    }

    private static long millis(long nanos) {
        return Instant.ofEpochSecond(0, nanos).toEpochMilli();
    }

    private static String text(String text) {
        return TextLimit.cut(SafeText.wellFormed(text), MAX_TEXT, "…");
    }
}
