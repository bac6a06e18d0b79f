package io.tiercel.functions.notify.webhook;

import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.secret.Secret;
import java.util.Set;

/** The channel type {@code webhook}. */
public final class WebhookChannelType implements ChannelType {
    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public Set<String> settings() {
        return Set.of("address", "key");
    }

    @Override
    public ChannelLimits limits() {
        return ChannelLimits.UNLIMITED;
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        Secret address = section.secret("address");
        Secret key = section.secret("key");
        return context -> new WebhookChannel(name, address, key);
    }
}
