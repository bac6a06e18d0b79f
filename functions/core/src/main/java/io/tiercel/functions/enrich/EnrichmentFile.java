package io.tiercel.functions.enrich;

import io.tiercel.functions.yaml.YamlInvalid;
import io.tiercel.functions.yaml.YamlPart;
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
     * @throws YamlInvalid if it is wrong; the message says where, what, and how to write it
     * @throws IllegalArgumentException if the file, or one that it names, cannot be read; the message says which and why
     */
    public static Sources read(Path file) {
        return read(file, text(file));
    }

    /**
     * Reads the text of a file that is kept elsewhere, and what it names.
     *
     * @param file what it is called in messages, and what lists and databases lie beside if they are not named by their whole
     *     path
     * @param text its text
     * @throws YamlInvalid if it is wrong; the message says where, what, and how to write it
     * @throws IllegalArgumentException if a file that it names cannot be read; the message says which and why
     */
    public static Sources read(Path file, String text) {
        YamlPart root = YamlPart.read(file.toString(), text);
        Map<String, YamlPart> parts = root.parts(Set.of("time-out-ms", "networks", "geoip", "labels"));
        YamlPart timeOut = parts.get("time-out-ms");
        YamlPart networks = parts.get("networks");
        YamlPart geoip = parts.get("geoip");
        YamlPart labels = parts.get("labels");
        return new Sources(
                null,
                null,
                networks == null ? Map.of() : networks(networks, file),
                geoip == null
                        ? null
                        : MaxMindPlaces.open(geoip.texts().stream()
                                .map(name -> beside(file, name))
                                .toList()),
                labels == null ? Labels.NONE : labels(labels),
                timeOut == null
                        ? Sources.DEFAULT_TIME_OUT
                        : Duration.ofMillis(timeOut.number(LEAST_MILLIS, MOST_MILLIS)));
    }

    private static Map<String, NetworkList> networks(YamlPart written, Path file) {
        Map<String, NetworkList> lists = new LinkedHashMap<>();
        written.entries().forEach((name, part) -> {
            if (!NAME.matcher(name).matches() || lists.size() == MAX_LISTS) {
                throw part.wrong(
                        "\"" + name + "\" is no name for a list, or there are more than " + MAX_LISTS,
                        "use up to 63 letters, digits, -, _ and ., a letter first");
            }
            Path list = beside(file, part.text());
            try (Reader reader = Files.newBufferedReader(list)) {
                lists.put(name, NetworkList.read(list.toString(), reader));
            } catch (IOException e) {
                throw part.wrong(list + " cannot be read", "give the path of a list of networks");
            }
        });
        return Map.copyOf(lists);
    }

    private static Labels labels(YamlPart written) {
        List<Labels.Rule> rules = new ArrayList<>();
        for (YamlPart item : written.list()) {
            Map<String, YamlPart> parts = item.parts(Set.of("account", "cluster", "set"));
            Map<String, String> set = new LinkedHashMap<>();
            item.required(parts, "set").entries().forEach((name, value) -> {
                if (!NAME.matcher(name).matches() || set.size() == MAX_LABELS) {
                    throw value.wrong(
                            "\"" + name + "\" is no name for a label, or there are more than " + MAX_LABELS,
                            "use up to 63 letters, digits, -, _ and ., a letter first");
                }
                set.put(name, value.text());
            });
            rules.add(new Labels.Rule(account(parts.get("account")), optional(parts.get("cluster")), Map.copyOf(set)));
        }
        return new Labels(List.copyOf(rules));
    }

    private static @Nullable String account(@Nullable YamlPart part) {
        if (part != null && !ACCOUNT.matcher(part.text()).matches()) {
            throw part.wrong("\"" + part.text() + "\" is no AWS account", "write its twelve digits, in quotes");
        }
        return optional(part);
    }

    private static @Nullable String optional(@Nullable YamlPart part) {
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
