package io.tiercel.functions.local.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiercel.functions.notification.NotificationRecord;
import java.time.Instant;

/** What a channel shows of an incident, and what is pending, as JSON. */
final class NotificationJsonView {
    private NotificationJsonView() {}

    static ObjectNode of(NotificationRecord record) {
        ObjectNode view = JsonNodeFactory.instance
                .objectNode()
                .put("channel", record.channel())
                .put("messages", record.sent())
                .put("deliveredState", record.state().state())
                .put("deliveredCount", record.deliveredCount())
                .put("failedAttempts", record.attempts().failed())
                .put("givenUp", record.attempts().givenUp())
                .put("error", record.attempts().error())
                .put("group", record.group());
        NotificationRecord.Pending pending = record.pending();
        String silencedBy = pending == null ? null : pending.silence();
        view.put("pendingSince", pending == null || silencedBy != null ? null : time(pending.since()));
        view.put("nextAttempt", pending == null || silencedBy != null ? null : time(pending.due()));
        view.put("silencedBy", silencedBy);
        return view;
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
