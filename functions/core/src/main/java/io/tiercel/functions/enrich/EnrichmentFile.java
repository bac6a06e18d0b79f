package io.tiercel.functions.enrich;

import io.tiercel.functions.config.InvalidConfiguration;
import io.tiercel.functions.config.YamlNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the file of enrichment sources; {@code docs/enrichment.md} explains the format. */
public final class EnrichmentFile {
    private static final int MAX_LISTS = 50;
    private static final int MAX_LABELS = 50;
    private static final int LEAST_MILLIS = 50;
    private static final int MOST_MILLIS = 1_000;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_.-]{0,62}");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

    private EnrichmentFile() {}

    /**
     * Reads the file, and the lists and databases that it names, which lie beside it unless it says otherwise.
     *
     * @throws InvalidConfiguration if it is wrong; the message says where, what, and how to write it
     * @throws IllegalArgumentException if the file, or one that it names, cannot be read; the message says which and why
     */
    public static EnrichmentSources read(Path file) {
        return read(file, text(file));
    }

    /**
     * Reads the text of a file that is kept elsewhere, and what it names.
     *
     * @param file what it is called in messages, and what lists and databases lie beside if they are not named by their whole
     *     path
     * @param text its text
     * @throws InvalidConfiguration if it is wrong; the message says where, what, and how to write it
     * @throws IllegalArgumentException if a file that it names cannot be read; the message says which and why
     */
    public static EnrichmentSources read(Path file, String text) {
        YamlNode root = YamlNode.parse(file.toString(), text);
        Map<String, YamlNode> parts = root.mapping(Set.of("timeout-ms", "networks", "geoip", "labels"));
        YamlNode timeout = parts.get("timeout-ms");
        YamlNode networks = parts.get("networks");
        YamlNode geoip = parts.get("geoip");
        YamlNode labels = parts.get("labels");
        return new EnrichmentSources(
                null,
                null,
                networks == null ? Map.of() : networks(networks, file),
                geoip == null
                        ? null
                        : MaxMindGeoIpSource.open(geoip.texts().stream()
                                .map(name -> beside(file, name))
                                .toList()),
                labels == null ? LabelRules.NONE : labels(labels),
                timeout == null
                        ? EnrichmentSources.DEFAULT_TIMEOUT
                        : Duration.ofMillis(timeout.number(LEAST_MILLIS, MOST_MILLIS)));
    }

    private static Map<String, NetworkList> networks(YamlNode written, Path file) {
        Map<String, NetworkList> lists = new LinkedHashMap<>();
        written.entries().forEach((name, part) -> {
            if (!NAME.matcher(name).matches() || lists.size() == MAX_LISTS) {
                throw part.error(
                        "\"" + name + "\" is no name for a list, or there are more than " + MAX_LISTS,
                        "use up to 63 letters, digits, -, _ and ., a letter first");
            }
            Path list = beside(file, part.text());
            try (Reader reader = Files.newBufferedReader(list)) {
                lists.put(name, NetworkList.read(list.toString(), reader));
            } catch (IOException e) {
                throw part.error(list + " cannot be read", "give the path of a list of networks");
            }
        });
        return Map.copyOf(lists);
    }

    private static LabelRules labels(YamlNode written) {
        List<LabelRules.Rule> rules = new ArrayList<>();
        for (YamlNode item : written.items()) {
            Map<String, YamlNode> parts = item.mapping(Set.of("account", "cluster", "set"));
            Map<String, String> set = new LinkedHashMap<>();
            item.required(parts, "set").entries().forEach((name, value) -> {
                if (!NAME.matcher(name).matches() || set.size() == MAX_LABELS) {
                    throw value.error(
                            "\"" + name + "\" is no name for a label, or there are more than " + MAX_LABELS,
                            "use up to 63 letters, digits, -, _ and ., a letter first");
                }
                set.put(name, value.text());
            });
            rules.add(new LabelRules.Rule(
                    account(parts.get("account")), optional(parts.get("cluster")), Map.copyOf(set)));
        }
        return new LabelRules(List.copyOf(rules));
    }

    private static @Nullable String account(@Nullable YamlNode part) {
        if (part != null && !ACCOUNT.matcher(part.text()).matches()) {
            throw part.error("\"" + part.text() + "\" is no AWS account", "write its twelve digits, in quotes");
        }
        return optional(part);
    }

    private static @Nullable String optional(@Nullable YamlNode part) {
        return part == null ? null : part.text();
    }

    private static Path beside(Path file, String name) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? Path.of(name) : folder.resolve(name);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not UTF-8", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    file + " cannot be read: " + e.getClass().getSimpleName(), e);
        }
    }
}
