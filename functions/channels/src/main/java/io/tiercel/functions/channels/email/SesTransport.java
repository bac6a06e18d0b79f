package io.tiercel.functions.channels.email;

import io.tiercel.functions.channels.aws.AwsDelivery;
import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.channels.aws.LazyClient;
import io.tiercel.functions.notification.DeliveryResult;
import io.vertx.ext.mail.MailMessage;
import io.vertx.ext.mail.mailencoder.MailEncoder;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sesv2.SesV2Client;

/** Amazon SES, API version 2, with the credentials of the function, the pod, the instance or the environment. */
final class SesTransport implements MailTransport {
    private final LazyClient<SesV2Client> client;
    private final String domain;

    /** @param domain the domain of the sender, for the parts of the mail that need a host name */
    SesTransport(AwsSettings aws, String domain) {
        this.client = new LazyClient<>(() -> aws.connect().client(SesV2Client.builder()));
        this.domain = domain;
    }

    @Override
    public DeliveryResult send(MailMessage mail) {
        byte[] raw = new MailEncoder(mail, domain).encode().getBytes(StandardCharsets.UTF_8);
        return AwsDelivery.of("SendEmail", () -> {
            client.get()
                    .sendEmail(send -> send.fromEmailAddress(mail.getFrom())
                            .destination(to -> to.toAddresses(mail.getTo()))
                            .content(content -> content.raw(message -> message.data(SdkBytes.fromByteArray(raw)))));
            return new DeliveryResult.Sent();
        });
    }

    @Override
    public boolean replacesMessageId() {
        return true;
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return "SES";
    }
}
