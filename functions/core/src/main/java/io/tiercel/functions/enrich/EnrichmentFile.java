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

/** Reads the configuration file of enrichment. {@code docs/enrichment.md} documents the format. */
public final class EnrichmentFile {
    private static final int MAX_LISTS = 50;
    private static final int MAX_LABELS = 50;
    private static final int MIN_MILLIS = 50;
    private static final int MAX_MILLIS = 1_000;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_.-]{0,62}");
    private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");

    private EnrichmentFile() {}

    /**
     * Reads the file and the lists and databases that it names. Relative paths start at the file's folder.
     *
     * @throws InvalidConfiguration if the file is invalid; the message contains the position, the problem and a correction
     * @throws IllegalArgumentException if the file or a file that it names cannot be read; the message names it
     */
    public static EnrichmentSources read(Path file) {
        return read(file, text(file));
    }

    /**
     * Parses the text of a file that is stored elsewhere, and reads the files that it names.
     *
     * @param file name of the file in messages; relative paths start at its folder
     * @param text text of the file
     * @throws InvalidConfiguration if the text is invalid; the message contains the position, the problem and a correction
     * @throws IllegalArgumentException if a file that it names cannot be read; the message names it
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
                                .map(name -> resolve(file, name))
                                .toList()),
                labels == null ? LabelRules.NONE : labels(labels),
                timeout == null
                        ? EnrichmentSources.DEFAULT_TIMEOUT
                        : Duration.ofMillis(timeout.number(MIN_MILLIS, MAX_MILLIS)));
    }

    private static Map<String, NetworkList> networks(YamlNode node, Path file) {
        Map<String, NetworkList> lists = new LinkedHashMap<>();
        node.entries().forEach((name, part) -> {
            if (!NAME.matcher(name).matches() || lists.size() == MAX_LISTS) {
                throw part.error(
                        "\"" + name + "\" is not a valid list name, or there are more than " + MAX_LISTS + " lists",
                        "use a letter followed by up to 62 letters, digits, -, _ and .");
            }
            Path list = resolve(file, part.text());
            try (Reader reader = Files.newBufferedReader(list)) {
                lists.put(name, NetworkList.read(list.toString(), reader));
            } catch (IOException e) {
                throw part.error("cannot read " + list, "use the path of a list of networks");
            }
        });
        return Map.copyOf(lists);
    }

    private static LabelRules labels(YamlNode node) {
        List<LabelRules.Rule> rules = new ArrayList<>();
        for (YamlNode item : node.items()) {
            Map<String, YamlNode> parts = item.mapping(Set.of("account", "cluster", "set"));
            Map<String, String> labels = new LinkedHashMap<>();
            item.required(parts, "set").entries().forEach((name, value) -> {
                if (!NAME.matcher(name).matches() || labels.size() == MAX_LABELS) {
                    throw value.error(
                            "\"" + name + "\" is not a valid label name, or there are more than " + MAX_LABELS
                                    + " labels",
                            "use a letter followed by up to 62 letters, digits, -, _ and .");
                }
                labels.put(name, value.text());
            });
            rules.add(new LabelRules.Rule(
                    account(parts.get("account")), optional(parts.get("cluster")), Map.copyOf(labels)));
        }
        return new LabelRules(List.copyOf(rules));
    }

    private static @Nullable String account(@Nullable YamlNode part) {
        if (part != null && !ACCOUNT.matcher(part.text()).matches()) {
            throw part.error("\"" + part.text() + "\" is not an AWS account id", "write its twelve digits in quotes");
        }
        return optional(part);
    }

    private static @Nullable String optional(@Nullable YamlNode part) {
        return part == null ? null : part.text();
    }

    private static Path resolve(Path file, String name) {
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
                    "cannot read " + file + ": " + e.getClass().getSimpleName(), e);
        }
    }
}
