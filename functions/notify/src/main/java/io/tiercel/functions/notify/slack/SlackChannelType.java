package io.tiercel.functions.notify.slack;

import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.secret.Secret;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The channel type {@code slack}: a bot. */
public final class SlackChannelType implements ChannelType {
    @Override
    public String name() {
        return "slack";
    }

    @Override
    public Set<String> settings() {
        return Set.of("token", "conversation", "api");
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        Secret token = section.secret("token");
        String conversation = section.text("conversation");
        @Nullable URI api = section.optionalAddress("api").orElse(null);
        return context -> new SlackBotChannel(name, conversation, new SlackApiClient(token, api), context.buttons());
    }
}
