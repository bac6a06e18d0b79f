package io.tiercel.functions.enrich;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The enterprise techniques and tactics of MITRE ATT&amp;CK, from a table in this package. Tags name techniques as {@code T1059} or
 * {@code T1059.004}, and tactics as {@code mitre_credential_access} or {@code TA0006}. A tag may continue after the id.
 */
public final class AttackTechniques {
    private static final String TABLE = "attack.tsv";
    private static final Pattern TECHNIQUE =
            Pattern.compile("^(T[0-9]{4})([.][0-9]{3})?(?![0-9.])", Pattern.CASE_INSENSITIVE);
    private static final Pattern TACTIC =
            Pattern.compile("^(?:mitre_)?(TA[0-9]{4})(?![0-9])", Pattern.CASE_INSENSITIVE);
    private static final String TACTIC_PREFIX = "mitre_";

    private final Map<String, Technique> techniques = new TreeMap<>();
    private final Map<String, String> tactics = new HashMap<>();

    private AttackTechniques() {}

    /** Loads the table. */
    public static AttackTechniques load() {
        AttackTechniques result = new AttackTechniques();
        try (InputStream table = Objects.requireNonNull(AttackTechniques.class.getResourceAsStream(TABLE), TABLE);
                BufferedReader lines = new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(result::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return result;
    }

    private void add(String line) {
        List<String> cells = Arrays.asList(line.split("\t", -1));
        String id = cells.get(0);
        if (id.startsWith("TA")) {
            tactics.put(id, cells.get(1));
            tactics.put(TACTIC_PREFIX + cells.get(1).toLowerCase(Locale.ROOT).replace(' ', '_'), cells.get(1));
        } else {
            List<String> techniqueTactics = Arrays.stream(cells.get(2).split(",", -1))
                    .map(tactic -> Objects.requireNonNull(tactics.get(tactic), tactic))
                    .toList();
            techniques.put(id, new Technique(id, cells.get(1), techniqueTactics));
        }
    }

    /** Returns all techniques by id. */
    public Map<String, Technique> techniques() {
        return Map.copyOf(techniques);
    }

    /** Returns the techniques that tags name, sorted by id. An unknown sub-technique counts as its parent; other unknown ids are ignored. */
    public List<Technique> techniques(Collection<String> tags) {
        Map<String, Technique> found = new TreeMap<>();
        for (String tag : tags) {
            Technique technique = technique(tag);
            if (technique != null) {
                found.put(technique.id(), technique);
            }
        }
        return List.copyOf(found.values());
    }

    private @Nullable Technique technique(String tag) {
        Matcher matcher = TECHNIQUE.matcher(tag);
        if (!matcher.find()) {
            return null;
        }
        String parent = matcher.group(1).toUpperCase(Locale.ROOT);
        String sub = matcher.group(2);
        Technique exact = sub == null ? null : techniques.get(parent + sub);
        return exact == null ? techniques.get(parent) : exact;
    }

    /** Returns the names of the tactics that tags name directly, sorted. */
    public List<String> tactics(Collection<String> tags) {
        TreeSet<String> found = new TreeSet<>();
        for (String tag : tags) {
            Matcher matcher = TACTIC.matcher(tag);
            String name = tactics.get(
                    matcher.find() ? matcher.group(1).toUpperCase(Locale.ROOT) : tag.toLowerCase(Locale.ROOT));
            if (name != null) {
                found.add(name);
            }
        }
        return List.copyOf(found);
    }
}
