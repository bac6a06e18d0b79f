package io.tiercel.functions.notify;

import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.GroupSummary;
import io.tiercel.functions.notification.GroupSummary.Dimension;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notification.NotificationRecord.Attempts;
import io.tiercel.functions.notification.NotificationRecord.Delivered;
import io.tiercel.functions.notification.NotificationState;
import io.tiercel.functions.notification.Subject;
import io.tiercel.rules.alert.Priority;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends messages about one group one after another, as a lane does. */
public final class GroupMessages {
    public static final String ID = "soc-mb3k2x1a-0123456789abcdef0123";
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    private final Function<GroupNotification, DeliveryResult> channel;
    private NotificationRecord record = NotificationRecord.initial(Subject.group(ID), "soc");

    /** @param channel sends a message */
    public GroupMessages(Function<GroupNotification, DeliveryResult> channel) {
        this.channel = channel;
    }

    /** Returns a group whose most important incident is hostile. */
    public static GroupSummary group(long incidents, long open, Priority priority) {
        return group(
                incidents,
                open,
                priority,
                "Terminal <shell> & more",
                List.of(
                        new GroupSummary.Cause(
                                "0123456789abcdef01234567",
                                "Terminal <shell> & more",
                                "shop/cart",
                                "/tmp/<!channel>`*x*",
                                priority,
                                7,
                                true),
                        new GroupSummary.Cause(
                                "76543210fedcba9876543210",
                                "Write below /etc",
                                "node-7",
                                "",
                                Priority.NOTICE,
                                1,
                                false)));
    }

    public static GroupSummary group(
            long incidents, long open, Priority priority, String value, List<GroupSummary.Cause> top) {
        return new GroupSummary(
                ID,
                Dimension.RULE,
                value,
                priority,
                true,
                incidents,
                open,
                incidents + 6,
                NOW.minusSeconds(60),
                NOW,
                top);
    }

    /** Sends the next message and records its result. */
    public DeliveryResult send(GroupSummary group) {
        DeliveryResult result = channel.apply(new GroupNotification(group, record, NOW));
        boolean sent = result instanceof DeliveryResult.Sent;
        Delivered last = record.delivered();
        @Nullable
        String thread = result instanceof DeliveryResult.Sent(String next) && next != null ? next : last.thread();
        record = new NotificationRecord(
                record.subject(),
                record.channel(),
                new Delivered(
                        NotificationState.of(group),
                        sent ? group.incidents() : last.count(),
                        last.messages() + (sent ? 1 : 0),
                        thread,
                        "",
                        0,
                        0),
                null,
                new Attempts(0, null, 0, 0),
                null,
                record.revision() + 1);
        return result;
    }
}
