package io.tiercel.functions.channels.kafka;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.secret.Secret;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The channel type {@code kafka}. */
public final class KafkaChannelType implements ChannelType {
    private static final int MAX_BROKERS = 20;
    private static final Pattern BROKER = Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9a-fA-F:.]{2,45}]):[0-9]{1,5}");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");
    private static final Set<String> MECHANISMS = Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public Set<String> settings() {
        return Set.of("brokers", "topic", "tls", "ca", "mechanism", "username", "password");
    }

    @Override
    public ChannelLimits limits() {
        return ChannelLimits.UNLIMITED;
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        String topic = section.text("topic");
        if (!TOPIC.matcher(topic).matches() || topic.equals(".") || topic.equals("..")) {
            throw section.error(
                    "topic",
                    "\"" + topic + "\" is not a topic",
                    "use at most 249 characters of A-Z, a-z, 0-9, ., _ and -");
        }
        boolean tls = section.node("tls").map(YamlNode::bool).orElse(true);
        if (!tls && section.has("ca")) {
            throw section.error("ca", "ca has no effect without TLS", "remove the line, or write tls: true");
        }
        KafkaSettings settings = new KafkaSettings(
                brokers(section), topic, tls, section.optionalSecret("ca").orElse(null), login(section, tls));
        return context -> new KafkaChannel(name, settings);
    }

    private static List<String> brokers(ChannelSection section) {
        List<YamlNode> brokers = section.node("brokers")
                .map(YamlNode::items)
                .orElseThrow(
                        () -> section.error("brokers", "brokers is missing", "add a line \"brokers: [HOST:PORT]\""));
        if (brokers.isEmpty() || brokers.size() > MAX_BROKERS) {
            throw section.error("brokers", "found " + brokers.size() + " brokers", "write 1 to " + MAX_BROKERS);
        }
        for (YamlNode broker : brokers) {
            if (!BROKER.matcher(broker.text()).matches()) {
                throw broker.error("\"" + broker.text() + "\" is not a broker", "write HOST:PORT");
            }
        }
        return brokers.stream().map(YamlNode::text).toList();
    }

    private static KafkaSettings.@Nullable Login login(ChannelSection section, boolean tls) {
        Optional<String> mechanism = section.optionalText("mechanism");
        if (mechanism.isEmpty()) {
            for (String key : List.of("username", "password")) {
                if (section.has(key)) {
                    throw section.error(
                            key, key + " has no effect without mechanism", "add a line \"mechanism: SCRAM-SHA-512\"");
                }
            }
            return null;
        }
        if (!MECHANISMS.contains(mechanism.get())) {
            throw section.error(
                    "mechanism",
                    "unknown mechanism \"" + mechanism.get() + "\"",
                    "write PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512");
        }
        if (!tls && mechanism.get().equals("PLAIN")) {
            throw section.error(
                    "mechanism", "PLAIN would send the password without encryption", "write tls: true or use SCRAM");
        }
        Secret password = section.secret("password");
        return new KafkaSettings.Login(mechanism.get(), section.text("username"), password);
    }
}
