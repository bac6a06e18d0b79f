package io.tiercel.functions.notify.pagerduty;

import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.secret.Secret;
import java.net.URI;
import java.util.Set;

/** The channel type {@code pagerduty}. */
public final class PagerDutyChannelType implements ChannelType {
    /** The Events API for accounts in the US service region. */
    static final URI US = URI.create("https://events.pagerduty.com");

    /** The Events API for accounts in the EU service region. */
    static final URI EU = URI.create("https://events.eu.pagerduty.com");

    @Override
    public String name() {
        return "pagerduty";
    }

    @Override
    public Set<String> settings() {
        return Set.of("routing-key", "region", "service");
    }

    @Override
    public ChannelLimits limits() {
        return ChannelLimits.PAGING;
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        URI region = region(section);
        URI service = section.optionalAddress("service").orElse(region);
        Secret routingKey = section.secret("routing-key");
        return context -> new PagerDutyChannel(name, service, routingKey);
    }

    private static URI region(ChannelSection section) {
        String region = section.optionalText("region").orElse("us");
        return switch (region) {
            case "us" -> US;
            case "eu" -> EU;
            default -> throw section.error("region", "unknown region \"" + region + "\"", "write us or eu");
        };
    }
}
