package io.tiercel.functions.notify.alertmanager;

import io.tiercel.functions.config.YamlNode;
import io.tiercel.functions.notification.file.ChannelLimits;
import io.tiercel.functions.notification.file.ChannelSection;
import io.tiercel.functions.notification.file.ChannelType;
import io.tiercel.functions.notify.http.Authorization;
import io.tiercel.functions.notify.http.CertificateAuthorities;
import io.tiercel.http.TlsFiles;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The channel type {@code alertmanager}. Alertmanager groups and silences by itself, so the channel has no limits by default. */
public final class AlertmanagerChannelType implements ChannelType {
    private static final int MAX_ADDRESSES = 5;
    private static final int MAX_LABELS = 20;
    private static final int MAX_LABEL_LENGTH = 256;
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]{0,62}");

    /** Longer than the default quiet time, after which an incident closes by itself. */
    private static final Duration DEFAULT_RESOLVE_AFTER = Duration.ofHours(25);

    private static final Duration MIN_RESOLVE_AFTER = Duration.ofMinutes(15);
    private static final Duration MAX_RESOLVE_AFTER = Duration.ofDays(100);

    @Override
    public String name() {
        return "alertmanager";
    }

    @Override
    public Set<String> settings() {
        return Set.of("addresses", "allow-http", "user", "password", "token", "ca", "labels", "resolve-after");
    }

    @Override
    public ChannelLimits limits() {
        return ChannelLimits.UNLIMITED;
    }

    @Override
    public Opener read(ChannelSection section) {
        String name = section.name();
        boolean http = section.node("allow-http").map(YamlNode::bool).orElse(false);
        List<URI> addresses = section
                .node("addresses")
                .orElseThrow(
                        () -> section.error("addresses", "addresses is missing", "add a line \"addresses: [...]\""))
                .items()
                .stream()
                .map(address -> address(address, http))
                .toList();
        if (addresses.isEmpty() || addresses.size() > MAX_ADDRESSES) {
            throw section.error("addresses", "found " + addresses.size() + " addresses", "write 1 to " + MAX_ADDRESSES);
        }
        Authorization authorization = Authorization.read(section);
        TlsFiles tls = CertificateAuthorities.read(section);
        AlertLabels labels = new AlertLabels(labels(section));
        Duration resolveAfter = section.node("resolve-after")
                .map(node -> node.duration(MIN_RESOLVE_AFTER, MAX_RESOLVE_AFTER))
                .orElse(DEFAULT_RESOLVE_AFTER);
        return context -> new AlertmanagerChannel(name, addresses, authorization, tls, labels, resolveAfter);
    }

    private static URI address(YamlNode node, boolean http) {
        try {
            URI uri = new URI(node.text());
            boolean local = "localhost".equals(uri.getHost()) || "127.0.0.1".equals(uri.getHost());
            boolean allowed = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && (http || local);
            if (allowed
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return URI.create(node.text().replaceFirst("/+$", "") + "/api/v2/alerts");
            }
        } catch (URISyntaxException e) {
            // Reported below.
        }
        throw node.error(
                "invalid address",
                "use https://HOST:PORT, or http:// for this machine; with \"allow-http: true\" also for others");
    }

    private static Map<String, String> labels(ChannelSection section) {
        Map<String, String> labels = new TreeMap<>();
        section.node("labels")
                .ifPresent(node -> node.entries().forEach((name, value) -> {
                    if (!LABEL.matcher(name).matches()
                            || AlertLabels.OWN.contains(name)
                            || value.text().length() > MAX_LABEL_LENGTH
                            || labels.size() == MAX_LABELS) {
                        throw value.error(
                                "the label \"" + name + "\" is invalid or one too many",
                                "write at most " + MAX_LABELS + " labels of at most " + MAX_LABEL_LENGTH
                                        + " characters, whose names differ from " + String.join(", ", AlertLabels.OWN));
                    }
                    labels.put(name, value.text());
                }));
        return labels;
    }
}
