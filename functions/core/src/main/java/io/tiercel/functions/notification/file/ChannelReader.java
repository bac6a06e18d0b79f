package io.tiercel.functions.notification.file;

import static io.tiercel.functions.notification.file.ChannelLimits.MAX_GROUP_OVER;
import static io.tiercel.functions.notification.file.ChannelLimits.MAX_MESSAGES;
import static io.tiercel.functions.notification.file.ChannelLimits.NO_LIMIT;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.secret.SecretResolver;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the part {@code channels} of the notification file. */
final class ChannelReader {
    private static final int MAX_CHANNELS = 50;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
    private static final Set<String> COMMON = Set.of("type", "fallback", "group", "limit");
    private static final Duration MIN_WINDOW = Duration.ofSeconds(1);
    private static final Duration MAX_GROUP_WINDOW = Duration.ofHours(1);
    private static final Duration MAX_LIMIT_WINDOW = Duration.ofHours(24);

    private final Map<String, ChannelType> types = new TreeMap<>();
    private final SecretResolver secrets;

    ChannelReader(Collection<? extends ChannelType> types, SecretResolver secrets) {
        types.forEach(type -> this.types.put(type.name(), type));
        this.secrets = secrets;
    }

    /** Returns the channels by name, in the order of the file. */
    Map<String, ConfiguredChannel> read(YamlNode part) {
        Map<String, YamlNode> named = part.entries();
        if (named.isEmpty() || named.size() > MAX_CHANNELS) {
            throw part.error(
                    "found " + named.size() + " channels", "write 1 to " + MAX_CHANNELS + " \"name: {type: ...}\"");
        }
        Map<String, ConfiguredChannel> channels = new LinkedHashMap<>();
        named.forEach((name, node) -> channels.put(name, channel(name, node, named.keySet())));
        named.forEach((name, node) -> {
            String fallback = Objects.requireNonNull(channels.get(name)).fallback();
            ConfiguredChannel other = fallback == null ? null : channels.get(fallback);
            if (other != null && (other.fallback() != null || other.name().equals(name))) {
                throw node.error(
                        "the fallback \"" + fallback + "\" has a fallback itself", "name a channel without a fallback");
            }
        });
        return channels;
    }

    private ConfiguredChannel channel(String name, YamlNode node, Set<String> names) {
        if (!NAME.matcher(name).matches()) {
            throw node.error(
                    "\"" + name + "\" is not a valid channel name",
                    "use at most 63 characters of a-z, 0-9, - and _, and start with a letter");
        }
        Map<String, YamlNode> all = node.entries();
        YamlNode typeNode = node.required(all, "type");
        ChannelType type = types.get(typeNode.text());
        if (type == null) {
            throw typeNode.error(
                    "unknown channel type \"" + typeNode.text() + "\"",
                    "use one of " + String.join(", ", types.keySet()));
        }
        Set<String> allowed = new HashSet<>(type.settings());
        allowed.addAll(COMMON);
        Map<String, YamlNode> settings = new HashMap<>(node.mapping(allowed));
        YamlNode fallback = settings.get("fallback");
        ChannelSection section = new ChannelSection(name, node, settings, secrets);
        return new ConfiguredChannel(
                name,
                type.name(),
                limits(type.limits(section), settings.get("group"), settings.get("limit")),
                fallback == null ? null : NotificationFile.knownChannel(fallback, names),
                type.read(section));
    }

    private static ChannelLimits limits(ChannelLimits defaults, @Nullable YamlNode group, @Nullable YamlNode limit) {
        int over = defaults.groupOver();
        Duration within = defaults.groupWithin();
        int messages = defaults.messages();
        Duration messagesWithin = defaults.messagesWithin();
        if (group != null && isOff(group)) {
            over = NO_LIMIT;
        } else if (group != null) {
            Map<String, YamlNode> parts = group.mapping(Set.of("over", "within"));
            over = (int) group.required(parts, "over").number(0, MAX_GROUP_OVER);
            YamlNode window = parts.get("within");
            within = window == null ? within : window.duration(MIN_WINDOW, MAX_GROUP_WINDOW);
        }
        if (limit != null && isOff(limit)) {
            messages = NO_LIMIT;
        } else if (limit != null) {
            Map<String, YamlNode> parts = limit.mapping(Set.of("messages", "within"));
            messages = (int) limit.required(parts, "messages").number(1, MAX_MESSAGES);
            YamlNode window = parts.get("within");
            messagesWithin = window == null ? messagesWithin : window.duration(MIN_WINDOW, MAX_LIMIT_WINDOW);
        }
        return new ChannelLimits(over, within, messages, messagesWithin);
    }

    private static boolean isOff(YamlNode node) {
        return node.isScalar() && node.text().equals("off");
    }
}
