package io.tiercel.functions.aws;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Generates the tables of inputs and outputs in a module's README from its files. */
final class TerraformReference {
    static final String BEGIN = "<!-- reference: generated from variables.tf and outputs.tf, see docs/extend.md -->\n";
    static final String END = "<!-- end of reference -->\n";

    private static final Pattern BLOCK = Pattern.compile("(?ms)^(?:variable|output) \"([a-z_0-9]+)\" \\{\n(.*?)^}");
    private static final Pattern ATTRIBUTE = Pattern.compile("^  ([a-z_]+) += (.*)$");

    private TerraformReference() {}

    /** Returns the README of a module with generated tables. */
    static String readme(Path module) throws IOException {
        String readme = Files.readString(module.resolve("README.md"));
        int begin = readme.indexOf(BEGIN);
        int end = readme.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new AssertionError(module.resolve("README.md") + " has no line " + BEGIN.strip() + ", or no "
                    + END.strip() + " after it");
        }
        return readme.substring(0, begin + BEGIN.length()) + tables(module) + readme.substring(end);
    }

    private static String tables(Path module) throws IOException {
        StringBuilder text = new StringBuilder("\n| Input | Description | Type | Default |\n|---|---|---|---|\n");
        blocks(module.resolve("variables.tf"))
                .forEach((name, attributes) -> text.append("| `" + name + "` | " + description(attributes) + " | `"
                        + attributes.getOrDefault("type", "any")
                        + "` | "
                        + (attributes.containsKey("default") ? "`" + attributes.get("default") + "`" : "required")
                        + " |\n"));
        text.append("\n| Output | Description |\n|---|---|\n");
        blocks(module.resolve("outputs.tf"))
                .forEach((name, attributes) -> text.append("| `" + name + "` | " + description(attributes) + " |\n"));
        return text.append("\n").toString();
    }

    private static String description(Map<String, String> attributes) {
        String literal = attributes.getOrDefault("description", "\"\"");
        return literal.substring(1, literal.length() - 1).replace("\\\"", "\"");
    }

    private static Map<String, Map<String, String>> blocks(Path file) throws IOException {
        Map<String, Map<String, String>> blocks = new LinkedHashMap<>();
        Matcher block = BLOCK.matcher(Files.readString(file));
        while (block.find()) {
            blocks.put(block.group(1), attributes(block.group(2)));
        }
        return blocks;
    }

    /** Joins the lines of a multi-line attribute. */
    private static Map<String, String> attributes(String block) {
        Map<String, String> attributes = new LinkedHashMap<>();
        String current = "";
        for (String line : block.lines().toList()) {
            Matcher attribute = ATTRIBUTE.matcher(line);
            if (attribute.matches()) {
                current = attribute.group(1);
                attributes.put(current, attribute.group(2));
            } else if (line.isEmpty() || line.endsWith(" {") && !line.startsWith("    ")) {
                current = "";
            } else if (!current.isEmpty()) {
                String before = attributes.getOrDefault(current, "");
                String more = line.strip().replaceAll(" += ", " = ");
                boolean inside = before.endsWith("{") || more.startsWith("}");
                attributes.put(current, before + (inside ? " " : ", ") + more);
            }
        }
        return attributes;
    }
}
