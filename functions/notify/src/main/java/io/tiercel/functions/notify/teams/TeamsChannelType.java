package io.tiercel.functions.notify.teams;

import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.secret.Secret;
import java.util.Set;

/** The channel type {@code teams}. */
public final class TeamsChannelType implements ChannelType {
    @Override
    public String name() {
        return "teams";
    }

    @Override
    public Set<String> settings() {
        return Set.of("address");
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        Secret address = section.secret("address");
        return context -> new TeamsChannel(name, address);
    }
}
