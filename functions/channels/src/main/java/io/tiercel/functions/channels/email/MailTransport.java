package io.tiercel.functions.channels.email;

import io.tiercel.functions.notification.DeliveryResult;
import io.vertx.ext.mail.MailMessage;

/** Sends mails. */
interface MailTransport extends AutoCloseable {
    /**
     * Sends a mail and waits at most ten seconds until the service has accepted it.
     *
     * @return {@link DeliveryResult.Sent} without a thread, {@link DeliveryResult.Retry} or {@link DeliveryResult.Rejected}
     */
    DeliveryResult send(MailMessage mail);

    /** Returns whether the service replaces the {@code Message-ID} of mails. */
    boolean replacesMessageId();

    @Override
    void close();
}
