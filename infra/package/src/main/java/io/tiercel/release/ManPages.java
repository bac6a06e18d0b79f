package io.tiercel.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The man pages, from the commands and settings as the programs define them. */
final class ManPages {
    private static final List<String[]> FILES = List.of(
            new String[] {"/etc/tiercel/tiercel.yaml", "configuration of the sensor, see tiercel.yaml(5)"},
            new String[] {"/etc/tiercel/rules.d", "rules and exceptions of this host"},
            new String[] {"/etc/tiercel/sensor.env, /etc/tiercel/server.env", "environment of the services"},
            new String[] {"/usr/lib/tiercel/sensor/rules", "rules, tests and response policies of this version"},
            new String[] {"/var/log/tiercel", "alerts, as the default configuration sets"},
            new String[] {"/var/lib/tiercel, /var/lib/tiercel-server", "data of the sensor and of the server"});
    private static final List<String[]> STATUSES = List.of(
            new String[] {"0", "success"},
            new String[] {"1", "The result is negative, an input file is invalid, or the work failed."},
            new String[] {"2", "The arguments are invalid, or this machine lacks a requirement."},
            new String[] {"3", "An object does not exist."},
            new String[] {"4", "The request is outdated, ambiguous, or not possible in the present state."},
            new String[] {"5", "The credentials do not permit the request."},
            new String[] {"6", "The server or the cloud service is not reachable."});

    private final String version;
    private final String date;

    ManPages(String version, String date) {
        this.version = version;
        this.date = date;
    }

    /** Returns tiercel(1). Settings of the sensor, which several commands accept as options, are in tiercel.yaml(5) only. */
    String commands(CommandSpec all, List<String> settings) {
        Roff page = new Roff("TIERCEL", 1, date, "Tiercel " + version)
                .section("NAME")
                .paragraph("tiercel - runtime security: kernel events, Falco rules, incidents")
                .section("SYNOPSIS")
                .paragraph("tiercel COMMAND [OPTIONS]")
                .section("DESCRIPTION")
                .paragraph(
                        "Runs the sensor, the server of the functions, and the commands of operators. The packages tiercel-sensor"
                                + " and tiercel-server contain the programs. Commands with settings accept each setting of"
                                + " tiercel.yaml(5) as an option.")
                .section("COMMANDS");
        new TreeMap<>(all.subcommands()).forEach((name, line) -> describe(page, name, line, settings));
        page.section("FILES");
        FILES.forEach(file -> page.item(file[0], file[1]));
        page.section("EXIT STATUS");
        STATUSES.forEach(status -> page.item(status[0], status[1]));
        return page.section("SEE ALSO")
                .paragraph("tiercel.yaml(5), systemctl(1), journalctl(1)")
                .toString();
    }

    private static void describe(Roff page, String name, CommandLine line, List<String> settings) {
        CommandSpec spec = line.getCommandSpec();
        page.subsection("tiercel " + name);
        page.paragraph(String.join(" ", spec.usageMessage().description()));
        spec.positionalParameters().stream()
                .filter(parameter -> !parameter.hidden())
                .forEach(parameter -> page.item(parameter.paramLabel(), text(parameter.description())));
        for (OptionSpec option : spec.options()) {
            boolean isSetting = settings.contains(option.longestName()) && !name.equals("sensor");
            if (!option.hidden() && !option.usageHelp() && !option.versionHelp() && !isSetting) {
                page.item(label(option), text(option.description()));
            }
        }
        new TreeMap<>(spec.subcommands()).forEach((child, childLine) -> {
            if (!childLine.getCommandSpec().usageMessage().hidden()) {
                describe(page, name + " " + child, childLine, settings);
            }
        });
    }

    private static String label(OptionSpec option) {
        return String.join(", ", option.names()) + (option.arity().max() == 0 ? "" : " " + option.paramLabel());
    }

    private static String text(String... description) {
        return String.join(" ", description).replace("%n", " ").replace("%%", "%");
    }

    /**
     * Returns tiercel.yaml(5).
     *
     * @param schema the JSON Schema of the configuration file
     */
    String settings(String schema) {
        Roff page = new Roff("TIERCEL.YAML", 5, date, "Tiercel " + version)
                .section("NAME")
                .paragraph("tiercel.yaml - configuration of the Tiercel sensor")
                .section("DESCRIPTION")
                .paragraph(
                        "The sensor reads /etc/tiercel/tiercel.yaml. A command-line option overrides an environment variable, which"
                                + " overrides the file. The variable of a key is the key in capitals with the prefix TIERCEL_. Run"
                                + " \"tiercel config check\" after a change, and \"systemctl restart tiercel-sensor\".")
                .section("EXAMPLE")
                .literal(List.of("rules.files: [/etc/tiercel/rules.d]", "outputs.syslog.address: /dev/log"))
                .section("SETTINGS");
        keys("", read(schema).path("properties")).forEach((key, setting) -> page.item(key, meaning(setting)));
        return page.section("FILES")
                .item("/etc/tiercel/tiercel.yaml", "the configuration file")
                .section("SEE ALSO")
                .paragraph("tiercel(1)")
                .toString();
    }

    private static JsonNode read(String schema) {
        try {
            return new ObjectMapper().readTree(schema);
        } catch (JsonProcessingException e) {
            throw new ReleaseException("the schema of the configuration is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String meaning(JsonNode setting) {
        List<String> parts = new ArrayList<>(List.of(setting.path("description").asText()));
        if (setting.has("enum")) {
            List<String> values = new ArrayList<>();
            setting.path("enum").forEach(value -> values.add(value.asText()));
            parts.add("Values: " + String.join(", ", values) + ".");
        }
        if (setting.has("default")) {
            parts.add("Default: " + setting.path("default").asText() + ".");
        }
        return String.join(" ", parts);
    }

    private static Map<String, JsonNode> keys(String prefix, JsonNode properties) {
        Map<String, JsonNode> keys = new TreeMap<>();
        properties.properties().forEach(property -> {
            JsonNode nested = property.getValue().path("properties");
            if (nested.isMissingNode()) {
                keys.put(prefix + property.getKey(), property.getValue());
            } else {
                keys.putAll(keys(prefix + property.getKey() + ".", nested));
            }
        });
        return keys;
    }
}
