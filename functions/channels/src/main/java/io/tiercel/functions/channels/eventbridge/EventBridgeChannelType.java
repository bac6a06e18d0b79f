package io.tiercel.functions.channels.eventbridge;

import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The channel type {@code eventbridge}. */
public final class EventBridgeChannelType implements ChannelType {
    private static final Pattern BUS = Pattern.compile(
            "(?:arn:aws[a-z-]{0,10}:events:([a-z0-9-]{1,30}):[0-9]{12}:event-bus/)?[/.A-Za-z0-9_-]{1,256}");

    @Override
    public String name() {
        return "eventbridge";
    }

    @Override
    public Set<String> settings() {
        return AwsSettings.keys("bus");
    }

    @Override
    public ChannelLimits limits() {
        return ChannelLimits.UNLIMITED;
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        String bus = section.optionalText("bus").orElse("default");
        Matcher matcher = BUS.matcher(bus);
        if (!matcher.matches()) {
            throw section.error(
                    "bus", "\"" + bus + "\" is not an event bus", "write the name or the ARN of an event bus");
        }
        AwsSettings aws = AwsSettings.read(section, Optional.ofNullable(matcher.group(1)));
        return context -> new EventBridgeChannel(name, bus, aws);
    }
}
