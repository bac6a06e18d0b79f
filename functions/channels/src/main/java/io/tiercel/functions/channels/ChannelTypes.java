package io.tiercel.functions.channels;

import io.tiercel.functions.channels.email.EmailChannelType;
import io.tiercel.functions.channels.eventbridge.EventBridgeChannelType;
import io.tiercel.functions.channels.kafka.KafkaChannelType;
import io.tiercel.functions.channels.ocsf.OcsfS3ChannelType;
import io.tiercel.functions.channels.securityhub.SecurityHubChannelType;
import io.tiercel.functions.channels.sns.SnsChannelType;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.notify.HttpChannelTypes;
import java.util.List;
import java.util.stream.Stream;

/** All types of channels: those that need nothing but HTTP, and those of this module. */
public final class ChannelTypes {
    /** The types. Each name occurs once. */
    public static final List<ChannelType> ALL = Stream.concat(
                    HttpChannelTypes.ALL.stream(),
                    Stream.of(
                            new EmailChannelType(),
                            new EventBridgeChannelType(),
                            new KafkaChannelType(),
                            new OcsfS3ChannelType(),
                            new SecurityHubChannelType(),
                            new SnsChannelType()))
            .toList();

    private ChannelTypes() {}
}
