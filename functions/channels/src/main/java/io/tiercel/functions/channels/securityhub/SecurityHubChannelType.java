package io.tiercel.functions.channels.securityhub;

import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import java.util.Optional;
import java.util.Set;

/** The channel type {@code security-hub}. */
public final class SecurityHubChannelType implements ChannelType {
    @Override
    public String name() {
        return "security-hub";
    }

    @Override
    public Set<String> settings() {
        return AwsSettings.keys("account");
    }

    @Override
    public ChannelLimits limits() {
        return ChannelLimits.UNLIMITED;
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        String account = AwsSettings.account(section, "account");
        AwsSettings aws = AwsSettings.read(section, Optional.empty());
        return context -> new SecurityHubChannel(name, account, aws);
    }
}
