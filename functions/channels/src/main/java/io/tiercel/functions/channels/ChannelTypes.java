package io.tiercel.functions.channels;

import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.notify.HttpChannelTypes;
import java.util.List;
import java.util.stream.Stream;

/** All types of channels: those that need nothing but HTTP, and those of this module. */
public final class ChannelTypes {
    /** The types. Each name occurs once. */
    public static final List<ChannelType> ALL = Stream.concat(HttpChannelTypes.ALL.stream(), Stream.<ChannelType>of())
            .toList();

    private ChannelTypes() {}
}
