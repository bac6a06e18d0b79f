package io.tiercel.functions.notification.file;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.enrich.EnrichedFields;
import io.tiercel.functions.incident.IncidentFields;
import io.tiercel.functions.notification.PagerDuty;
import io.tiercel.functions.notification.Secret;
import io.tiercel.functions.notification.Secrets;
import io.tiercel.rules.field.FactType;
import io.tiercel.rules.filter.AlertFilter;
import io.tiercel.rules.filter.AlertFilterException;
import java.net.URI;
import java.net.URISyntaxException;
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
 * Which channels there are, who is told of what, and who may press buttons; {@code docs/notifications.md} explains the format.
 *
 * @param channels by name, in the order of the file
 * @param routes in order; empty if every channel is told of everything
 * @param interact what comes back
 */
public record NotificationFile(Map<String, ChannelSpec> channels, List<Route> routes, InteractSpec interact) {
    private static final int MAX_CHANNELS = 50;
    private static final int MAX_ROUTES = 200;
    private static final int MAX_VALID_MINUTES = 24 * 60;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final Pattern SLACK_USER = Pattern.compile("[UW][A-Z0-9]{2,30}");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Map<String, FactType> FACTS = facts();

    private static Map<String, FactType> facts() {
        Map<String, FactType> facts = new HashMap<>(EnrichedFields.TYPES);
        facts.putAll(IncidentFields.TYPES);
        return Map.copyOf(facts);
    }

    /**
     * Reads the file.
     *
     * @param name its name, for messages
     * @param yaml its text
     * @throws io.tiercel.functions.config.InvalidConfiguration if it is wrong; the message says where, what, and how to write it
     */
    public static NotificationFile read(String name, String yaml, Secrets secrets) {
        YamlNode root = YamlNode.parse(name, yaml);
        Map<String, YamlNode> parts = root.mapping(Set.of("channels", "routes", "interact"));
        YamlNode written = root.required(parts, "channels");
        Map<String, YamlNode> named = written.entries();
        if (named.isEmpty() || named.size() > MAX_CHANNELS) {
            throw written.error(
                    "there are " + named.size() + " channels", "write 1 to " + MAX_CHANNELS + " \"name: {type: ...}\"");
        }
        Map<String, ChannelSpec> channels = new LinkedHashMap<>();
        named.forEach((key, part) -> channels.put(key, channel(key, part, secrets, named.keySet())));
        named.forEach((key, part) -> {
            if (channels.get(key) instanceof ChannelSpec.Slack slack
                    && slack.fallback() != null
                    && channels.get(slack.fallback()) instanceof ChannelSpec.Slack) {
                throw part.error(
                        "the fallback of a bot is another bot", "name a slack-webhook, pagerduty or webhook channel");
            }
        });
        YamlNode routes = parts.get("routes");
        YamlNode interact = parts.get("interact");
        return new NotificationFile(
                channels,
                routes == null ? List.of() : routes(routes, channels.keySet()),
                interact == null ? InteractSpec.NONE : interact(interact, secrets));
    }

    private static ChannelSpec channel(String name, YamlNode part, Secrets secrets, Set<String> channels) {
        if (!NAME.matcher(name).matches()) {
            throw part.error(
                    "\"" + name + "\" is no name for a channel", "use up to 63 of a-z, 0-9, - and _, a letter first");
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
                Map<String, YamlNode> own = part.mapping(Set.of("type", "token", "conversation", "api", "fallback"));
                YamlNode fallback = own.get("fallback");
                YamlNode api = own.get("api");
                yield new ChannelSpec.Slack(
                        name,
                        secret(part.required(own, "token"), secrets),
                        part.required(own, "conversation").text(),
                        api == null ? null : uri(api),
                        fallback == null ? null : known(fallback, channels));
            }
            case "slack-webhook" -> {
                Map<String, YamlNode> own = part.mapping(Set.of("type", "address"));
                yield new ChannelSpec.SlackHook(name, secret(part.required(own, "address"), secrets));
            }
            case "pagerduty" -> {
                Map<String, YamlNode> own = part.mapping(Set.of("type", "routing-key", "region", "service"));
                YamlNode service = own.get("service");
                yield new ChannelSpec.Pager(
                        name,
                        service == null ? region(own.get("region")) : uri(service),
                        secret(part.required(own, "routing-key"), secrets));
            }
            case "webhook" -> {
                Map<String, YamlNode> own = part.mapping(Set.of("type", "address", "key"));
                yield new ChannelSpec.Hook(
                        name,
                        secret(part.required(own, "address"), secrets),
                        secret(part.required(own, "key"), secrets));
            }
            default ->
                throw type.error(
                        "unknown type \"" + type.text() + "\"", "use slack, slack-webhook, pagerduty or webhook");
        };
    }

    private static URI region(@Nullable YamlNode region) {
        if (region == null) {
            return PagerDuty.US;
        }
        return switch (region.text()) {
            case "us" -> PagerDuty.US;
            case "eu" -> PagerDuty.EU;
            default -> throw region.error("unknown region \"" + region.text() + "\"", "write us or eu");
        };
    }

    private static List<Route> routes(YamlNode written, Set<String> channels) {
        List<Route> routes = new ArrayList<>();
        for (YamlNode item : written.items()) {
            Map<String, YamlNode> parts = item.mapping(Set.of("route", "when", "channels", "last"));
            Set<String> told = new LinkedHashSet<>();
            item.required(parts, "channels").items().forEach(channel -> told.add(known(channel, channels)));
            YamlNode when = parts.get("when");
            YamlNode last = parts.get("last");
            routes.add(new Route(
                    item.required(parts, "route").text(),
                    when == null ? null : condition(when),
                    Set.copyOf(told),
                    last != null && last.bool()));
        }
        if (routes.isEmpty() || routes.size() > MAX_ROUTES) {
            throw written.error(
                    "there are " + routes.size() + " routes",
                    "write 1 to " + MAX_ROUTES + ", or leave routes out to tell every channel of everything");
        }
        return List.copyOf(routes);
    }

    private static AlertFilter condition(YamlNode when) {
        try {
            return AlertFilter.parse(when.text(), FACTS);
        } catch (AlertFilterException e) {
            throw when.error(
                    "the condition is wrong " + e.getMessage(),
                    "conditions are those of rules, over the alert's fields, enrich.* and incident.*");
        }
    }

    private static InteractSpec interact(YamlNode written, Secrets secrets) {
        Map<String, YamlNode> parts = written.mapping(
                Set.of("slack-signing-secret", "pagerduty-secret", "button-key", "buttons-valid-minutes", "approvers"));
        Set<String> approvers = new LinkedHashSet<>();
        YamlNode listed = parts.get("approvers");
        if (listed != null) {
            for (YamlNode user : listed.items()) {
                if (!SLACK_USER.matcher(user.text()).matches()) {
                    throw user.error(
                            "\"" + user.text() + "\" is no id of a Slack user",
                            "write the member id of the profile, e.g. U012AB3CD: names can be changed");
                }
                approvers.add(user.text());
            }
        }
        YamlNode valid = parts.get("buttons-valid-minutes");
        return new InteractSpec(
                optional(parts.get("slack-signing-secret"), secrets),
                optional(parts.get("pagerduty-secret"), secrets),
                optional(parts.get("button-key"), secrets),
                valid == null ? InteractSpec.DEFAULT_VALID : Duration.ofMinutes(valid.number(1, MAX_VALID_MINUTES)),
                Set.copyOf(approvers));
    }

    private static @Nullable Secret optional(@Nullable YamlNode part, Secrets secrets) {
        return part == null ? null : secret(part, secrets);
    }

    private static Secret secret(YamlNode part, Secrets secrets) {
        try {
            return secrets.secret(part.text());
        } catch (IllegalArgumentException e) {
            throw part.error("this does not say where the secret is kept", String.valueOf(e.getMessage()));
        }
    }

    private static URI uri(YamlNode part) {
        try {
            URI uri = new URI(part.text());
            boolean local = "http".equals(uri.getScheme()) && LOOPBACK.contains(uri.getHost());
            if (uri.getHost() != null && (local || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        throw part.error("this is no address", "write https://... (http:// only to localhost or 127.0.0.1)");
    }

    private static String known(YamlNode channel, Set<String> channels) {
        if (!channels.contains(channel.text())) {
            throw channel.error(
                    "there is no channel \"" + channel.text() + "\"", "use one of " + String.join(", ", channels));
        }
        return channel.text();
    }
}
