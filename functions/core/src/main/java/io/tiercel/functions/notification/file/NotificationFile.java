package io.tiercel.functions.notification.file;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.notification.IncidentFacts;
import io.tiercel.functions.notification.silence.Silence;
import io.tiercel.functions.secret.Secret;
import io.tiercel.functions.secret.SecretResolver;
import io.tiercel.rules.filter.AlertFilter;
import io.tiercel.rules.filter.AlertFilterException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The notification file: channels, routes, silences and inbound requests. {@code docs/notifications.md} describes the format.
 *
 * @param channels the channels by name, in the order of the file
 * @param routes the routes in order; empty if every channel receives every incident
 * @param silences the silences, including those that have ended
 * @param interact the configuration of inbound requests
 */
public record NotificationFile(
        Map<String, ConfiguredChannel> channels,
        List<Route> routes,
        List<Silence> silences,
        InteractionConfig interact) {
    private static final int MAX_ROUTES = 200;
    private static final int MAX_VALIDITY_MINUTES = 24 * 60;
    private static final Pattern SLACK_USER = Pattern.compile("[UW][A-Z0-9]{2,30}");

    /**
     * Parses a notification file.
     *
     * @param name the file's name, for error messages
     * @param yaml the file's content
     * @param types the types of channels that the deployment has
     * @throws io.tiercel.functions.config.InvalidConfiguration if the file is invalid; the message contains the position, the problem
     *     and the expected format
     */
    public static NotificationFile read(
            String name, String yaml, SecretResolver secrets, Collection<? extends ChannelType> types) {
        return read(name, yaml, secrets, types, InstantSource.system());
    }

    /**
     * Parses a notification file as {@link #read(String, String, SecretResolver, Collection)} does.
     *
     * @param clock the time from which the longest silence is counted
     */
    public static NotificationFile read(
            String name,
            String yaml,
            SecretResolver secrets,
            Collection<? extends ChannelType> types,
            InstantSource clock) {
        YamlNode root = YamlNode.parse(name, yaml);
        Map<String, YamlNode> parts = root.mapping(Set.of("channels", "routes", "silences", "interact"));
        Map<String, ConfiguredChannel> channels =
                new ChannelReader(types, secrets).read(root.required(parts, "channels"));
        YamlNode routes = parts.get("routes");
        YamlNode silences = parts.get("silences");
        YamlNode interact = parts.get("interact");
        return new NotificationFile(
                channels,
                routes == null ? List.of() : routes(routes, channels.keySet()),
                silences == null ? List.of() : new SilenceReader(clock.instant()).read(silences),
                interact == null ? InteractionConfig.NONE : interact(interact, secrets));
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
            return IncidentFacts.parse(when.text());
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

    static String knownChannel(YamlNode channel, Set<String> channels) {
        if (!channels.contains(channel.text())) {
            throw channel.error(
                    "unknown channel \"" + channel.text() + "\"", "use one of " + String.join(", ", channels));
        }
        return channel.text();
    }
}
