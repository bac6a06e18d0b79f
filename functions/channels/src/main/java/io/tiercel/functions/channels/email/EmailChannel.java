package io.tiercel.functions.channels.email;

import io.tiercel.functions.channels.text.PlainText;
import io.tiercel.functions.notification.DeliveryResult;
import io.tiercel.functions.notification.GroupNotification;
import io.tiercel.functions.notification.IncidentNotification;
import io.tiercel.functions.notification.NotificationChannel;
import io.tiercel.functions.notification.NotificationRecord;
import io.tiercel.functions.notify.json.Delivery;
import io.tiercel.functions.notify.text.GroupMessage;
import io.tiercel.functions.notify.text.IncidentText;
import io.tiercel.rules.alert.Priority;
import io.vertx.core.MultiMap;
import io.vertx.ext.mail.MailMessage;
import java.time.Duration;
import java.util.List;

/**
 * Mails as plain text. A mail cannot be edited, so the channel reports each change of the state, and a growing incident at powers of ten.
 *
 * <p>All mails of an incident are one thread: they refer to one message id and have one subject. The subject contains the priority of the
 * first mail, which is the reference of the thread in the record.
 */
final class EmailChannel implements NotificationChannel {
    /** The lowest default limit of mail services is one mail per second. */
    private static final Duration SEND_INTERVAL = Duration.ofSeconds(1);

    private static final String THREAD = "email ";

    private final String name;
    private final MailAddress from;
    private final List<String> to;
    private final MailTransport transport;

    EmailChannel(String name, MailAddress from, List<String> to, MailTransport transport) {
        this.name = name;
        this.from = from;
        this.to = to;
        this.transport = transport;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration sendInterval() {
        return SEND_INTERVAL;
    }

    @Override
    public DeliveryResult send(IncidentNotification notification) {
        return IncidentText.worthAMessage(notification)
                ? send(new Content(
                        notification.incident().id(),
                        Delivery.id(notification),
                        notification.incident().priority(),
                        PlainText.title(notification),
                        PlainText.of(notification),
                        notification.previous()))
                : new DeliveryResult.Skipped();
    }

    @Override
    public DeliveryResult sendGroup(GroupNotification notification) {
        if (!GroupMessage.worthAMessage(notification, this)) {
            return new DeliveryResult.Skipped();
        }
        return send(new Content(
                notification.group().id(),
                Delivery.id(notification),
                notification.group().priority(),
                PlainText.title(notification),
                PlainText.of(notification),
                notification.previous()));
    }

    /**
     * The content of a mail.
     *
     * @param subjectId the incident or the group
     * @param deliveryId {@link Delivery#id}
     * @param priority the current priority
     * @param title the same for all mails of the thread
     * @param text the text
     * @param previous the record before this mail
     */
    private record Content(
            String subjectId,
            String deliveryId,
            Priority priority,
            String title,
            PlainText text,
            NotificationRecord previous) {
        boolean first() {
            return previous.sent() == 0;
        }

        /** Returns the priority in the subject of the thread. */
        Priority firstPriority() {
            String thread = first() ? null : previous.thread();
            return thread == null || !thread.startsWith(THREAD)
                    ? priority
                    : Priority.parse(thread.substring(THREAD.length())).orElse(priority);
        }
    }

    private DeliveryResult send(Content content) {
        return switch (transport.send(mail(content))) {
            case DeliveryResult.Sent _ ->
                new DeliveryResult.Sent(THREAD + content.firstPriority().label());
            case DeliveryResult other -> other;
        };
    }

    private MailMessage mail(Content content) {
        String root = messageId("tiercel-" + content.subjectId());
        MultiMap headers = MultiMap.caseInsensitiveMultiMap()
                .add("Message-ID", content.first() ? root : messageId(content.deliveryId()))
                .add("Auto-Submitted", "auto-generated")
                // Exchange answers automatic mails in spite of the header above.
                .add("X-Auto-Response-Suppress", "All");
        if (!content.first() || transport.replacesMessageId()) {
            headers.add("In-Reply-To", root).add("References", root);
        }
        if (content.priority().compareTo(Priority.CRITICAL) <= 0) {
            headers.add("Importance", "high").add("X-Priority", "1");
        }
        String subject = "[Tiercel] " + content.firstPriority().label() + ": " + content.title();
        return new MailMessage()
                .setFrom(from.text())
                .setTo(to)
                .setSubject(content.first() ? subject : "Re: " + subject)
                .setText(content.text().text())
                .setHeaders(headers);
    }

    private String messageId(String unique) {
        return "<" + unique + "@" + from.domain() + ">";
    }

    @Override
    public void close() {
        transport.close();
    }

    @Override
    public String toString() {
        return "email " + name + " over " + transport;
    }
}
