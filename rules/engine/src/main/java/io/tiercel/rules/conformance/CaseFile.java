package io.tiercel.rules.conformance;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads case files: a YAML list, a Markdown file with one fenced {@code yaml} block, or one JSON object per line.
 *
 * <p>The file name extension determines the format. Files can be compressed with gzip.
 */
final class CaseFile {
    /** Maximum size of a file after decompression, in bytes. */
    private static final int SIZE_LIMIT = 256 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    private CaseFile() {}

    static List<ConformanceCase> read(Path path) throws CaseException {
        String name = String.valueOf(path.getFileName());
        boolean compressed = name.endsWith(".gz");
        String text = text(path, compressed);
        String plain = compressed ? name.substring(0, name.length() - 3) : name;
        List<?> items;
        if (plain.endsWith(".jsonl") || plain.endsWith(".ndjson") || plain.endsWith(".json")) {
            items = json(text);
        } else {
            items = yaml(plain.endsWith(".md") ? fenced(text) : text);
        }
        List<ConformanceCase> cases = new ArrayList<>();
        for (Object item : items) {
            cases.add(ConformanceCase.of(item, cases.size() + 1));
        }
        return cases;
    }

    private static String text(Path path, boolean compressed) throws CaseException {
        try (InputStream file = Files.newInputStream(path);
                InputStream in = compressed ? new GZIPInputStream(file) : file) {
            byte[] bytes = in.readNBytes(SIZE_LIMIT + 1);
            if (bytes.length > SIZE_LIMIT) {
                throw new CaseException("the file is larger than " + (SIZE_LIMIT >> 20) + " MiB");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CaseException("cannot read the file: " + e.getMessage());
        }
    }

    private static List<?> yaml(String text) throws CaseException {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(SIZE_LIMIT)
                .setMaxAliasesForCollections(Integer.MAX_VALUE)
                .build();
        try {
            Object loaded = new Load(settings).loadFromString(text);
            if (loaded instanceof List<?> list) {
                return list;
            }
        } catch (YamlEngineException e) {
            throw new CaseException("invalid YAML: " + e.getMessage());
        }
        throw new CaseException("expected a YAML list of cases");
    }

    private static String fenced(String markdown) throws CaseException {
        StringBuilder block = new StringBuilder();
        boolean inside = false;
        for (String line : markdown.lines().toList()) {
            if (!inside && (line.strip().equals("```yaml") || line.strip().equals("```yml"))) {
                inside = true;
            } else if (inside && line.startsWith("```")) {
                return block.toString();
            } else if (inside) {
                block.append(line).append('\n');
            }
        }
        throw new CaseException("expected a block that starts with ```yaml and ends with ```");
    }

    private static List<?> json(String text) throws CaseException {
        List<@Nullable Object> items = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(text)) {
            while (parser.nextToken() != null) {
                items.add(value(parser));
            }
        } catch (IOException e) {
            throw new CaseException("invalid JSON: " + e.getMessage());
        }
        // A single array of cases is accepted, too.
        return items.size() == 1 && items.getFirst() instanceof List<?> list ? list : items;
    }

    /** Parses a JSON value, for expected alerts. */
    static @Nullable Object parseJson(String text) throws CaseException {
        List<?> values = json("[" + text + "]");
        return values.getFirst();
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    map.put(key, value(parser));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }
}
