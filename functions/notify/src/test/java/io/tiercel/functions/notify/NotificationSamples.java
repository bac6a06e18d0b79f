package io.tiercel.functions.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.AlertText;
import io.tiercel.functions.incident.Incident;
import io.tiercel.functions.incident.IncidentState;
import io.tiercel.functions.incident.Lifecycle;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.ResponseStatus;
import io.tiercel.functions.notification.SingleIncidentStore;
import io.tiercel.functions.notification.Subject;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Notifications for the tests of channels. */
public final class NotificationSamples {
    /** The time of the notifications. */
    public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** Texts that try to leave a string, a line, a template or a message. */
    public static final List<String> HOSTILE = List.of(
            "@everyone @here <!channel> <users/all> <@123>",
            "\"},{\"x\":\"",
            "\\\\\" \\u0022 \n\r\t\u2028\u0000\u0007",
            "{{incident.id}} {incident.id} {#for x in y}{/for} {|",
            "</script>&<b>*_~`[click](https://evil.example)",
            "\u202Eevil \uD83D\uDE00".repeat(50),
            "\uD800 unpaired",
            "x".repeat(5_000));

    private NotificationSamples() {}

    /** Returns hostile texts. */
    public static Arbitrary<String> hostileTexts() {
        return Arbitraries.oneOf(Arbitraries.of(HOSTILE), Arbitraries.strings().ofMaxLength(400));
    }

    /** Returns an incident whose texts come from an attacker. */
    public static Incident hostile(String text) {
        ObjectNode alert = AlertText.with(
                        AlertText.with(AlertText.shellInPod(), "fd.name", text), "proc.exepath", "/bin/" + text)
                .put("message", text)
                .put("rule", "r" + text.substring(0, Math.min(500, text.length())));
        return SingleIncidentStore.incidentOf(AlertText.read(alert), 7);
    }

    /** Returns an incident with a state, a priority and a count. */
    public static Incident incident(IncidentState state, Priority priority, long count) {
        Incident created = SingleIncidentStore.incidentOf(AlertText.read(AlertText.shellInPod()), count);
        return new Incident(
                "0123456789abcdef01234567",
                created.fingerprint(),
                priority,
                count,
                created.verifiedCount(),
                created.firstSeenNanos(),
                created.lastSeenNanos(),
                NOW.minusSeconds(600),
                NOW.minusSeconds(60),
                created.tactics(),
                new Lifecycle(state, 0, 1, null),
                created.enrichment(),
                created.foldedCauses(),
                created.doubts(),
                created.sample());
    }

    /** Returns the first notification of a channel. */
    public static IncidentNotification first(Incident incident) {
        return notification(incident, NotificationRecord.initial(incident.id(), "channel"));
    }

    /** Returns the notification after a channel has shown another state of the incident. */
    public static IncidentNotification after(Incident shown, Incident incident) {
        return notification(
                incident,
                delivered(
                        Subject.incident(incident.id()),
                        shown.count(),
                        first(shown).state()));
    }

    private static IncidentNotification notification(Incident incident, NotificationRecord previous) {
        Optional<ResponseStatus> response = Optional.of(new ResponseStatus(
                "p", "awaiting approval", List.of("pod:isolate on pod shop/cart-5f7: waiting"), true, false));
        return new IncidentNotification(
                incident, NotificationState.of(incident, response, Optional.empty()), response, previous, NOW);
    }

    /** Returns a group of incidents whose texts are the given one. */
    public static GroupSummary group(String text, long incidents, long open) {
        return new GroupSummary(
                "rule-0123456789abcdef",
                GroupSummary.Dimension.RULE,
                text,
                Priority.CRITICAL,
                true,
                incidents,
                open,
                incidents * 3,
                NOW.minusSeconds(60),
                NOW,
                IntStream.range(0, (int) Math.min(incidents, GroupSummary.MAX_TOP))
                        .mapToObj(i -> new GroupSummary.Cause(
                                "incident-" + i, text, text, text, Priority.WARNING, 1_000 - i, i < open))
                        .toList());
    }

    /** Returns the first notification about a group. */
    public static GroupNotification first(GroupSummary group) {
        return new GroupNotification(group, NotificationRecord.initial(Subject.group(group.id()), "channel"), NOW);
    }

    /** Returns the notification after a channel has shown a group of another size. */
    public static GroupNotification after(long shownIncidents, boolean shownClosed, GroupSummary group) {
        IncidentState state = shownClosed ? IncidentState.CLOSED : IncidentState.OPEN;
        NotificationState shown = NotificationState.of(
                incident(state, group.priority(), shownIncidents), Optional.empty(), Optional.empty());
        return new GroupNotification(group, delivered(Subject.group(group.id()), shownIncidents, shown), NOW);
    }

    /** Returns the notification as of now. */
    public static GroupNotification now(GroupNotification notification) {
        return new GroupNotification(notification.group(), notification.previous(), Instant.now());
    }

    /** Returns the texts of a JSON object. */
    public static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().textValue()));
        return texts;
    }

    private static NotificationRecord delivered(Subject subject, long count, NotificationState state) {
        NotificationRecord initial = NotificationRecord.initial(subject, "channel");
        return new NotificationRecord(
                subject,
                "channel",
                new NotificationRecord.Delivered(state, count, 1, null, "hash", count + 1, 0),
                null,
                initial.attempts(),
                null,
                1);
    }
}
