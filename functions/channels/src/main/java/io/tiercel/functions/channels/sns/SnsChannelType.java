package io.tiercel.functions.channels.sns;

import io.tiercel.functions.channels.aws.AwsSettings;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The channel type {@code sns}. */
public final class SnsChannelType implements ChannelType {
    private static final Pattern TOPIC =
            Pattern.compile("arn:aws[a-z-]{0,10}:sns:([a-z0-9-]{1,30}):[0-9]{12}:[A-Za-z0-9_-]{1,256}(\\.fifo)?");

    @Override
    public String name() {
        return "sns";
    }

    @Override
    public Set<String> settings() {
        return AwsSettings.keys("topic");
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        String topic = section.text("topic");
        Matcher arn = TOPIC.matcher(topic);
        if (!arn.matches()) {
            throw section.error(
                    "topic",
                    "\"" + topic + "\" is not the ARN of a topic",
                    "write an ARN such as arn:aws:sns:eu-west-1:123456789012:incidents");
        }
        AwsSettings aws = AwsSettings.read(section, Optional.of(arn.group(1)));
        return context -> new SnsChannel(name, topic, aws);
    }
}
