package io.tiercel.functions.notify.template;

import io.quarkus.qute.TemplateException;
import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.notify.http.CertificateAuthorities;
import io.tiercel.functions.secret.Secret;
import io.tiercel.http.OutboundRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The channel type {@code template}. A preset is a file with the same settings as a channel; the settings of the channel replace those of
 * its preset. The templates are checked by rendering samples of all kinds.
 */
public final class TemplateChannelType implements ChannelType {
    private static final int MAX_HEADERS = 20;
    private static final int MAX_CONTENT_TYPE_LENGTH = 100;
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(1);
    private static final Duration MAX_INTERVAL = Duration.ofHours(1);
    private static final int MIN_STATUS = 200;
    private static final int MAX_STATUS = 599;

    /** The settings that a preset may have too. */
    static final Set<String> SHARED = Set.of(
            "address",
            "method",
            "path",
            "headers",
            "content-type",
            "incident-body",
            "group-body",
            "accept",
            "edits",
            "text",
            "interval");

    @Override
    public String name() {
        return "template";
    }

    @Override
    public Set<String> settings() {
        Set<String> settings = new HashSet<>(SHARED);
        settings.addAll(Set.of("preset", "key", "ca"));
        return settings;
    }

    @Override
    public ChannelLimits limits(ChannelSection section) {
        return preset(section).limits();
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        TemplateSettings settings = new Reader(section, preset(section)).settings();
        return context -> new TemplateChannel(name, settings);
    }

    private static TemplatePreset preset(ChannelSection section) {
        Optional<String> name = section.optionalText("preset");
        return name.isEmpty()
                ? TemplatePreset.NONE
                : TemplatePreset.load(name.get())
                        .orElseThrow(() -> section.error(
                                "preset",
                                "unknown preset \"" + name.get() + "\"",
                                "use one of " + String.join(", ", TemplatePreset.NAMES)));
    }

    /** Reads one channel. */
    private record Reader(ChannelSection section, TemplatePreset preset) {
        TemplateSettings settings() {
            String contentType = contentType();
            Escaping escaping = Escaping.of(contentType)
                    .orElseThrow(() -> section.error(
                            "content-type",
                            "texts cannot be escaped for this content type",
                            "use JSON, XML, HTML, text/plain or application/x-www-form-urlencoded"));
            TemplateSettings settings = new TemplateSettings(
                    choice("method", "POST", Set.of("POST", "PUT")),
                    address(),
                    setting("path").map(node -> compile(node, Escaping.URL)).orElse(null),
                    headers(),
                    contentType,
                    compile(required("incident-body"), escaping),
                    compile(required("group-body"), escaping),
                    accept(),
                    setting("edits").map(YamlNode::bool).orElse(false),
                    choice("text", "chat", Set.of("chat", "exact")).equals("exact"),
                    setting("interval")
                            .map(node -> node.duration(Duration.ZERO, MAX_INTERVAL))
                            .orElse(DEFAULT_INTERVAL),
                    CertificateAuthorities.read(section));
            check(settings);
            return settings;
        }

        private Optional<YamlNode> setting(String key) {
            return section.node(key).or(() -> preset.setting(key));
        }

        private YamlNode required(String key) {
            return setting(key).orElseThrow(() -> section.error(key, key + " is missing", "add it, or name a preset"));
        }

        private String choice(String key, String defaultValue, Set<String> values) {
            Optional<YamlNode> node = setting(key);
            if (node.isPresent() && !values.contains(node.get().text())) {
                throw node.get().error("unknown " + key, "use one of " + String.join(", ", values));
            }
            return node.map(YamlNode::text).orElse(defaultValue);
        }

        /** An address whose headers contain the secret can be in the file. Others are secrets themselves. */
        private Secret address() {
            YamlNode node = required("address");
            String text = node.text();
            return text.startsWith("https://")
                    ? new Secret(text, () -> text, InstantSource.system())
                    : section.secret(node, text);
        }

        private String contentType() {
            Optional<YamlNode> node = setting("content-type");
            String type = node.map(YamlNode::text).orElse("application/json");
            if (type.length() > MAX_CONTENT_TYPE_LENGTH || !OutboundRequest.isHeaderValue(type)) {
                throw section.error("content-type", "this is not a content type", "write for example text/plain");
            }
            return type;
        }

        private Map<String, HeaderValue> headers() {
            Map<String, HeaderValue> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            preset.setting("headers").ifPresent(node -> add(headers, node));
            section.node("headers").ifPresent(node -> add(headers, node));
            return headers;
        }

        private void add(Map<String, HeaderValue> headers, YamlNode node) {
            node.entries().forEach((header, value) -> {
                if (!OutboundRequest.isHeaderName(header)
                        || header.toLowerCase(Locale.ROOT).equals("content-type")
                        || headers.size() == MAX_HEADERS) {
                    throw value.error(
                            "the header \"" + header + "\" cannot be set, or there are too many",
                            "write at most " + MAX_HEADERS + " headers; content-type is a setting of its own");
                }
                headers.put(header, HeaderValue.read(section, value));
            });
        }

        private Set<Integer> accept() {
            Set<Integer> accept = new HashSet<>();
            setting("accept")
                    .ifPresent(node ->
                            node.items().forEach(status -> accept.add((int) status.number(MIN_STATUS, MAX_STATUS))));
            return accept;
        }

        private static MessageTemplate compile(YamlNode node, Escaping escaping) {
            try {
                return MessageTemplate.compile(node.text(), escaping);
            } catch (TemplateException e) {
                throw node.error("invalid template: " + oneLine(e), "see the syntax of templates in docs/channels.md");
            }
        }

        private void check(TemplateSettings settings) {
            TemplateSamples.incidents(settings::text)
                    .forEach(model -> check("incident-body", settings.incident(), settings.contentType(), model));
            TemplateSamples.groups(settings::text)
                    .forEach(model -> check("group-body", settings.group(), settings.contentType(), model));
            MessageTemplate path = settings.path();
            if (path != null) {
                TemplateSamples.incidents(settings::text).forEach(model -> checkPath(path, model));
                TemplateSamples.groups(settings::text).forEach(model -> checkPath(path, model));
            }
        }

        private void checkPath(MessageTemplate path, Map<String, Object> model) {
            TemplateChannel.pathProblem(render("path", path, model).strip()).ifPresent(problem -> {
                throw required("path")
                        .error(
                                problem + " for the event " + model.get("event"),
                                "a value at its start could change the host");
            });
        }

        private void check(String key, MessageTemplate template, String contentType, Map<String, Object> model) {
            String body = render(key, template, model);
            TemplateChannel.problem(contentType, body).ifPresent(problem -> {
                throw required(key)
                        .error(
                                problem + " for the event " + model.get("event"),
                                "write quotation marks around texts and nothing around numbers");
            });
        }

        private String render(String key, MessageTemplate template, Map<String, Object> model) {
            try {
                return template.render(model);
            } catch (TemplateException e) {
                throw required(key)
                        .error(
                                "the template fails for the event " + model.get("event") + ": " + oneLine(e),
                                "see the values of templates in docs/channels.md");
            }
        }

        private static String oneLine(TemplateException e) {
            return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
        }
    }
}
