package io.tiercel.functions.notify.pagerduty;

import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.secret.Secret;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The channel type {@code pagerduty}. */
public final class PagerDutyChannelType implements ChannelType {
    /** The Events API for accounts in the US service region. */
    static final URI US = URI.create("https://events.pagerduty.com");

    /** The Events API for accounts in the EU service region. */
    static final URI EU = URI.create("https://events.eu.pagerduty.com");

    private static final URI API_US = URI.create("https://api.pagerduty.com");
    private static final URI API_EU = URI.create("https://api.eu.pagerduty.com");
    private static final Pattern EMAIL = Pattern.compile("[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}");
    private static final Pattern ID = Pattern.compile("[A-Z0-9]{3,32}");

    @Override
    public String name() {
        return "pagerduty";
    }

    @Override
    public Set<String> settings() {
        return Set.of(
                "routing-key", "region", "service", "on-escalation", "api-token", "from", "escalated-priority", "api");
    }

    @Override
    public ChannelLimits limits() {
        return ChannelLimits.PAGING;
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        boolean eu = isEu(section);
        URI service = section.optionalAddress("service").orElse(eu ? EU : US);
        Secret routingKey = section.secret("routing-key");
        OnEscalation mode = onEscalation(section);
        if (mode != OnEscalation.INCIDENTS_API) {
            for (String key : List.of("api-token", "from", "escalated-priority", "api")) {
                if (section.has(key)) {
                    throw section.error(
                            key,
                            "\"" + key + "\" has no effect with on-escalation: " + mode.label(),
                            "remove it, or write on-escalation: " + OnEscalation.INCIDENTS_API.label());
                }
            }
            return context -> new PagerDutyChannel(name, service, routingKey, mode, Optional.empty());
        }
        Secret token = section.secret("api-token");
        String from = section.text("from");
        if (!EMAIL.matcher(from).matches()) {
            throw section.error("from", "this is not an e-mail address", "use the address of a PagerDuty user");
        }
        Optional<String> priority = section.optionalText("escalated-priority");
        if (priority.isPresent() && !ID.matcher(priority.get()).matches()) {
            throw section.error(
                    "escalated-priority", "this is not the id of a priority", "use an id such as P53ZZH5, not a name");
        }
        URI api = section.optionalAddress("api").orElse(eu ? API_EU : API_US);
        return context -> new PagerDutyChannel(
                name, service, routingKey, mode, Optional.of(new PagerDutyIncidentsApi(api, token, from, priority)));
    }

    private static OnEscalation onEscalation(ChannelSection section) {
        String label = section.optionalText("on-escalation").orElse(OnEscalation.NEW_ALERT.label());
        return OnEscalation.parse(label)
                .orElseThrow(() -> section.error(
                        "on-escalation",
                        "unknown value \"" + label + "\"",
                        "use one of "
                                + Arrays.stream(OnEscalation.values())
                                        .map(OnEscalation::label)
                                        .collect(Collectors.joining(", "))));
    }

    private static boolean isEu(ChannelSection section) {
        String region = section.optionalText("region").orElse("us");
        return switch (region) {
            case "us" -> false;
            case "eu" -> true;
            default -> throw section.error("region", "unknown region \"" + region + "\"", "write us or eu");
        };
    }
}
