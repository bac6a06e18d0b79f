package io.tiercel.rules.load;

import io.tiercel.rules.load.Definitions.PluginChoice;
import io.tiercel.rules.load.Definitions.PluginRequirement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the items of a file, in order, into the definitions. */
final class RuleFileReader {
    private static final Set<String> ENGINE_KEYS = Set.of("required_engine_version");
    private static final Set<String> PLUGIN_KEYS = Set.of("required_plugin_versions");
    private static final Set<String> LIST_KEYS = Set.of("list", "items", "append", "override");
    private static final Set<String> MACRO_KEYS = Set.of("macro", "condition", "append", "override");
    // Falco's scanner accepts these as one unquoted string, and as the name of a macro.
    private static final Pattern LIST_NAME = Pattern.compile("[^()\"'\\s\\x0B=,]+");
    private static final Pattern MACRO_NAME = Pattern.compile("[a-zA-Z]+[a-zA-Z0-9_]*");

    private final LoadOptions options;
    private final Definitions definitions;
    private final Warnings warnings;
    private final RuleItemReader ruleItem;
    private final YamlBudget budget = new YamlBudget();

    RuleFileReader(LoadOptions options, Definitions definitions, Warnings warnings) {
        this.options = options;
        this.definitions = definitions;
        this.warnings = warnings;
        this.ruleItem = new RuleItemReader(options, definitions, warnings);
    }

    void read(FileText file) throws RuleLoadException {
        SourcePosition start = SourcePosition.start(file);
        for (Node document : YamlDocuments.compose(file)) {
            if (YamlScalars.isNull(document)) {
                continue;
            }
            if (!(document instanceof SequenceNode items)) {
                throw start.at(document)
                        .invalidYaml(
                                "a rule file must be a sequence of items",
                                "start each item with \"- \", as in \"- rule: ...\", \"- macro: ...\" or \"- list: ...\"");
            }
            for (Node item : items.getValue()) {
                if (!YamlScalars.isNull(item)) {
                    read(item, start.at(item));
                }
            }
        }
    }

    private void read(Node node, SourcePosition position) throws RuleLoadException {
        budget.spend(position, 0);
        if (!(node instanceof MappingNode mapping)) {
            throw position.invalidYaml(
                    "an item must be a mapping of keys to values",
                    "write \"- rule: name\", \"- macro: name\" or \"- list: name\" with further keys below");
        }
        YamlItem keys = YamlItem.of(mapping, position.in(ItemKind.ITEM, null), budget);
        if (keys.has("required_engine_version")) {
            engineVersion(keys.in(ItemKind.ENGINE_VERSION, null));
        } else if (keys.has("required_plugin_versions")) {
            pluginVersions(keys.in(ItemKind.PLUGIN_VERSIONS, null));
        } else if (keys.has("list")) {
            list(named(keys, ItemKind.LIST));
        } else if (keys.has("macro")) {
            macro(named(keys, ItemKind.MACRO));
        } else if (keys.has("rule")) {
            ruleItem.read(named(keys, ItemKind.RULE));
        } else {
            warnings.add(
                    LoadCode.LOAD_UNKNOWN_ITEM,
                    keys.position(),
                    "the item has an unknown kind and is ignored",
                    "an item must have one of the keys rule, macro, list, required_engine_version or required_plugin_versions");
        }
    }

    private static YamlItem named(YamlItem keys, ItemKind kind) throws RuleLoadException {
        YamlItem item = keys.in(kind, null);
        return item.in(kind, item.string(kind.label()));
    }

    private void engineVersion(YamlItem item) throws RuleLoadException {
        item.warnOfUnknownKeys(ENGINE_KEYS, warnings);
        String text = item.string("required_engine_version");
        SourcePosition position = item.positionOf("required_engine_version");
        OptionalLong minor = YamlScalars.unsigned32(text);
        Optional<SemanticVersion> version = minor.isPresent()
                ? Optional.of(new SemanticVersion(0, (int) Math.min(minor.getAsLong(), Integer.MAX_VALUE), 0))
                : SemanticVersion.parse(text);
        if (version.isEmpty()) {
            throw position.invalidYaml(
                    "'" + text + "' is not a valid engine version",
                    "write a number such as 57, or a version such as 0.57.0");
        }
        if (!options.engineVersion().satisfies(version.get())) {
            throw position.invalidDefinition(
                    "the rules require engine version " + version.get() + "; this engine has version "
                            + options.engineVersion(),
                    "use rules for engine version " + options.engineVersion()
                            + " or an earlier one with the same major version");
        }
    }

    private void pluginVersions(YamlItem item) throws RuleLoadException {
        item.warnOfUnknownKeys(PLUGIN_KEYS, warnings);
        Node node = item.node("required_plugin_versions");
        if (node == null) {
            return;
        }
        for (Node entry : item.sequence(node, "required_plugin_versions")) {
            YamlItem keys = mapping(item, entry);
            List<String[]> required = new ArrayList<>();
            required.add(new String[] {keys.string("name"), keys.string("version")});
            Node alternatives = keys.node("alternatives");
            if (alternatives != null) {
                for (Node alternative : item.sequence(alternatives, "alternatives")) {
                    budget.spend(item.position().at(alternative), 0);
                    YamlItem other = mapping(item, alternative);
                    required.add(new String[] {other.string("name"), other.string("version")});
                }
            }
            definitions.require(choice(keys.position(), required));
        }
    }

    private static PluginChoice choice(SourcePosition position, List<String[]> required) throws RuleLoadException {
        Set<String> names = new HashSet<>();
        List<PluginRequirement> alternatives = new ArrayList<>();
        for (String[] nameAndVersion : required) {
            Optional<SemanticVersion> version = SemanticVersion.parse(nameAndVersion[1]);
            if (version.isEmpty()) {
                throw position.invalidDefinition(
                        "'" + nameAndVersion[1] + "' is not a valid version for the plugin '" + nameAndVersion[0] + "'",
                        "write a version such as 0.4.0");
            }
            if (!names.add(nameAndVersion[0])) {
                throw position.invalidDefinition(
                        "the plugin '" + nameAndVersion[0] + "' is named twice in one entry",
                        "name each plugin once; alternatives must be other plugins");
            }
            alternatives.add(new PluginRequirement(nameAndVersion[0], version.get()));
        }
        return new PluginChoice(position, alternatives);
    }

    private static YamlItem mapping(YamlItem item, Node node) throws RuleLoadException {
        if (!(node instanceof MappingNode mapping)) {
            throw item.position()
                    .at(node)
                    .invalidYaml(
                            "a required plugin must be a mapping",
                            "write \"- name: container\" and \"version: 0.4.0\"");
        }
        return YamlItem.of(mapping, item.position(), item.budget());
    }

    private void list(YamlItem item) throws RuleLoadException {
        String name = String.valueOf(item.position().itemName());
        if (!LIST_NAME.matcher(name).matches()) {
            warnings.add(
                    LoadCode.LOAD_INVALID_LIST_NAME,
                    item.positionOf("list"),
                    "the name of the list cannot be used in conditions",
                    "do not use spaces, quotes, parentheses, commas or equal signs in the name");
        }
        item.warnOfUnknownKeys(LIST_KEYS, warnings);
        List<String> items = item.strings("items");
        if (appends(item, "items")) {
            definitions.appendToList(item.position(), name, items);
        } else {
            definitions.defineList(item.position(), name, items);
        }
    }

    private void macro(YamlItem item) throws RuleLoadException {
        String name = String.valueOf(item.position().itemName());
        if (!MACRO_NAME.matcher(name).matches()) {
            warnings.add(
                    LoadCode.LOAD_INVALID_MACRO_NAME,
                    item.positionOf("macro"),
                    "the name of the macro cannot be used in conditions",
                    "start the name with a letter, and use only letters, digits and underscores");
        }
        item.warnOfUnknownKeys(MACRO_KEYS, warnings);
        ScalarText condition = item.text("condition");
        if (appends(item, "condition")) {
            definitions.appendToMacro(item.position(), name, condition);
        } else {
            definitions.defineMacro(item.position(), name, condition);
        }
    }

    /** Returns whether a list or macro item appends, in the deprecated or the current form. */
    private boolean appends(YamlItem item, String key) throws RuleLoadException {
        boolean legacyAppend = Overrides.legacyAppend(item, warnings);
        Overrides override = Overrides.read(item, Set.of(key), Set.of(key));
        override.rejectWith(legacyAppend, item);
        return legacyAppend || override.appended().contains(key);
    }

    /** Returns whether a key has a value other than null or an empty text. */
    static boolean hasValue(YamlItem item, String key) {
        Node node = item.node(key);
        return node != null
                && !YamlScalars.isNull(node)
                && !(node instanceof ScalarNode scalar && scalar.getValue().isEmpty());
    }
}
