package io.tiercel.functions.notification.file;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.notification.ServiceAddress;
import io.tiercel.functions.secret.Secret;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.rules.field.FactType;
import io.tiercel.rules.filter.AlertFilter;
import io.tiercel.rules.filter.AlertFilterException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The notification file: channels, routes and inbound requests. {@code docs/notifications.md} describes the format.
 *
 * @param channels the channels by name, in the order of the file
 * @param routes the routes in order; empty if every channel receives every incident
 * @param interact the configuration of inbound requests
 */
public record NotificationFile(Map<String, ChannelConfig> channels, List<Route> routes, InteractionConfig interact) {
    /** The Events API for PagerDuty accounts in the US service region. */
    public static final URI PAGERDUTY_US = URI.create("https://events.pagerduty.com");

    /** The Events API for PagerDuty accounts in the EU service region. */
    public static final URI PAGERDUTY_EU = URI.create("https://events.eu.pagerduty.com");

    private static final int MAX_CHANNELS = 50;
    private static final int MAX_ROUTES = 200;
    private static final int MAX_VALIDITY_MINUTES = 24 * 60;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final Pattern SLACK_USER = Pattern.compile("[UW][A-Z0-9]{2,30}");
    private static final Map<String, FactType> FACTS = facts();

    private static Map<String, FactType> facts() {
        Map<String, FactType> facts = new HashMap<>(EnrichedFields.TYPES);
        facts.putAll(IncidentFields.TYPES);
        return Map.copyOf(facts);
    }

    /**
     * Parses a notification file.
     *
     * @param name the file's name, for error messages
     * @param yaml the file's content
     * @throws io.tiercel.functions.config.InvalidConfiguration if the file is invalid; the message contains the position, the problem
     *     and the expected format
     */
    public static NotificationFile read(String name, String yaml, SecretResolver secrets) {
        YamlNode root = YamlNode.parse(name, yaml);
        Map<String, YamlNode> parts = root.mapping(Set.of("channels", "routes", "interact"));
        YamlNode channelsPart = root.required(parts, "channels");
        Map<String, YamlNode> named = channelsPart.entries();
        if (named.isEmpty() || named.size() > MAX_CHANNELS) {
            throw channelsPart.error(
                    "found " + named.size() + " channels", "write 1 to " + MAX_CHANNELS + " \"name: {type: ...}\"");
        }
        Map<String, ChannelConfig> channels = new LinkedHashMap<>();
        named.forEach((key, part) -> channels.put(key, channel(key, part, secrets, named.keySet())));
        named.forEach((key, part) -> {
            if (channels.get(key) instanceof ChannelConfig.SlackBot slack
                    && slack.fallback() != null
                    && channels.get(slack.fallback()) instanceof ChannelConfig.SlackBot) {
                throw part.error(
                        "the fallback of a bot must not be another bot",
                        "name a slack-webhook, pagerduty or webhook channel");
            }
        });
        YamlNode routes = parts.get("routes");
        YamlNode interact = parts.get("interact");
        return new NotificationFile(
                channels,
                routes == null ? List.of() : routes(routes, channels.keySet()),
                interact == null ? InteractionConfig.NONE : interact(interact, secrets));
    }

    private static ChannelConfig channel(String name, YamlNode part, SecretResolver secrets, Set<String> channels) {
        if (!NAME.matcher(name).matches()) {
            throw part.error(
                    "\"" + name + "\" is not a valid channel name",
                    "use at most 63 characters of a-z, 0-9, - and _, and start with a letter");
        }
        Map<String, YamlNode> all = part.mapping(Set.of(
                "type",
                "token",
                "conversation",
                "api",
                "fallback",
                "address",
                "routing-key",
                "region",
                "service",
                "key"));
        YamlNode type = part.required(all, "type");
        return switch (type.text()) {
            case "slack" -> {
                Map<String, YamlNode> settings =
                        part.mapping(Set.of("type", "token", "conversation", "api", "fallback"));
                YamlNode fallback = settings.get("fallback");
                YamlNode api = settings.get("api");
                yield new ChannelConfig.SlackBot(
                        name,
                        secret(part.required(settings, "token"), secrets),
                        part.required(settings, "conversation").text(),
                        api == null ? null : address(api),
                        fallback == null ? null : knownChannel(fallback, channels));
            }
            case "slack-webhook" -> {
                Map<String, YamlNode> settings = part.mapping(Set.of("type", "address"));
                yield new ChannelConfig.SlackWebhook(name, secret(part.required(settings, "address"), secrets));
            }
            case "pagerduty" -> {
                Map<String, YamlNode> settings = part.mapping(Set.of("type", "routing-key", "region", "service"));
                YamlNode service = settings.get("service");
                yield new ChannelConfig.PagerDuty(
                        name,
                        service == null ? region(settings.get("region")) : address(service),
                        secret(part.required(settings, "routing-key"), secrets));
            }
            case "webhook" -> {
                Map<String, YamlNode> settings = part.mapping(Set.of("type", "address", "key"));
                yield new ChannelConfig.Webhook(
                        name,
                        secret(part.required(settings, "address"), secrets),
                        secret(part.required(settings, "key"), secrets));
            }
            default ->
                throw type.error(
                        "unknown channel type \"" + type.text() + "\"",
                        "use slack, slack-webhook, pagerduty or webhook");
        };
    }

    private static URI region(@Nullable YamlNode region) {
        if (region == null) {
            return PAGERDUTY_US;
        }
        return switch (region.text()) {
            case "us" -> PAGERDUTY_US;
            case "eu" -> PAGERDUTY_EU;
            default -> throw region.error("unknown region \"" + region.text() + "\"", "write us or eu");
        };
    }

    private static List<Route> routes(YamlNode part, Set<String> channels) {
        List<Route> routes = new ArrayList<>();
        for (YamlNode item : part.items()) {
            Map<String, YamlNode> parts = item.mapping(Set.of("route", "when", "channels", "last"));
            Set<String> receivers = new LinkedHashSet<>();
            item.required(parts, "channels").items().forEach(channel -> receivers.add(knownChannel(channel, channels)));
            YamlNode when = parts.get("when");
            YamlNode last = parts.get("last");
            routes.add(new Route(
                    item.required(parts, "route").text(),
                    when == null ? null : condition(when),
                    Set.copyOf(receivers),
                    last != null && last.bool()));
        }
        if (routes.isEmpty() || routes.size() > MAX_ROUTES) {
            throw part.error(
                    "found " + routes.size() + " routes",
                    "write 1 to " + MAX_ROUTES + ", or omit routes to send every incident to every channel");
        }
        return List.copyOf(routes);
    }

    private static AlertFilter condition(YamlNode when) {
        try {
            return AlertFilter.parse(when.text(), FACTS);
        } catch (AlertFilterException e) {
            throw when.error(
                    "invalid condition " + e.getMessage(),
                    "use the condition syntax of rules with alert fields, enrich.* and incident.*");
        }
    }

    private static InteractionConfig interact(YamlNode part, SecretResolver secrets) {
        Map<String, YamlNode> parts = part.mapping(
                Set.of("slack-signing-secret", "pagerduty-secret", "button-key", "buttons-valid-minutes", "approvers"));
        Set<String> approvers = new LinkedHashSet<>();
        YamlNode approversPart = parts.get("approvers");
        if (approversPart != null) {
            for (YamlNode user : approversPart.items()) {
                if (!SLACK_USER.matcher(user.text()).matches()) {
                    throw user.error(
                            "\"" + user.text() + "\" is not a Slack member id",
                            "use the member id from the user's profile, e.g. U012AB3CD; names can change");
                }
                approvers.add(user.text());
            }
        }
        YamlNode validity = parts.get("buttons-valid-minutes");
        return new InteractionConfig(
                optional(parts.get("slack-signing-secret"), secrets),
                optional(parts.get("pagerduty-secret"), secrets),
                optional(parts.get("button-key"), secrets),
                validity == null
                        ? InteractionConfig.DEFAULT_VALIDITY
                        : Duration.ofMinutes(validity.number(1, MAX_VALIDITY_MINUTES)),
                Set.copyOf(approvers));
    }

    private static @Nullable Secret optional(@Nullable YamlNode part, SecretResolver secrets) {
        return part == null ? null : secret(part, secrets);
    }

    private static Secret secret(YamlNode part, SecretResolver secrets) {
        try {
            return secrets.resolve(part.text());
        } catch (IllegalArgumentException e) {
            throw part.error("this is not a reference to a secret", String.valueOf(e.getMessage()));
        }
    }

    private static URI address(YamlNode part) {
        try {
            return ServiceAddress.parse("this", part.text());
        } catch (IllegalArgumentException e) {
            throw part.error(
                    "invalid address", "use https://... (http:// is allowed for localhost and 127.0.0.1 only)");
        }
    }

    private static String knownChannel(YamlNode channel, Set<String> channels) {
        if (!channels.contains(channel.text())) {
            throw channel.error(
                    "unknown channel \"" + channel.text() + "\"", "use one of " + String.join(", ", channels));
        }
        return channel.text();
    }
}
