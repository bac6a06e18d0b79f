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

/** Reads the items of one file, in order, into the definitions. */
final class RuleFileReader {
    private static final Set<String> ENGINE_KEYS = Set.of("required_engine_version");
    private static final Set<String> PLUGIN_KEYS = Set.of("required_plugin_versions");
    private static final Set<String> LIST_KEYS = Set.of("list", "items", "append", "override");
    private static final Set<String> MACRO_KEYS = Set.of("macro", "condition", "append", "override");
    // What Falco's scanner takes for one bare string, and for a macro's name.
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
                        .misshapen(
                                "a rule file must be a sequence of items",
                                "begin each item with \"- \": - rule: ..., - macro: ..., - list: ...");
            }
            for (Node item : items.getValue()) {
                if (!YamlScalars.isNull(item)) {
                    read(item, start.at(item));
                }
            }
        }
    }

    private void read(Node node, SourcePosition spot) throws RuleLoadException {
        budget.spend(spot, 0);
        if (!(node instanceof MappingNode mapping)) {
            throw spot.misshapen(
                    "an item must be a mapping of keys to values",
                    "write \"- rule: name\", \"- macro: name\" or \"- list: name\" with its keys below");
        }
        YamlItem keys = YamlItem.of(mapping, spot.in(ItemKind.ITEM, null), budget);
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
                    keys.spot(),
                    "the item is of no known kind and is ignored",
                    "an item has one of the keys rule, macro, list, required_engine_version, required_plugin_versions");
        }
    }

    private static YamlItem named(YamlItem keys, ItemKind kind) throws RuleLoadException {
        YamlItem item = keys.in(kind, null);
        return item.in(kind, item.string(kind.label()));
    }

    private void engineVersion(YamlItem item) throws RuleLoadException {
        item.warnOfUnknown(ENGINE_KEYS, warnings);
        String text = item.string("required_engine_version");
        SourcePosition spot = item.spotOf("required_engine_version");
        OptionalLong minor = YamlScalars.unsigned32(text);
        Optional<SemanticVersion> version = minor.isPresent()
                ? Optional.of(new SemanticVersion(0, (int) Math.min(minor.getAsLong(), Integer.MAX_VALUE), 0))
                : SemanticVersion.parse(text);
        if (version.isEmpty()) {
            throw spot.misshapen(
                    "'" + text + "' is no engine version",
                    "write a number such as 57, or a version of three parts such as 0.57.0");
        }
        if (!options.engineVersion().satisfies(version.get())) {
            throw spot.unfit(
                    "the rules require engine version " + version.get() + ", this engine is " + options.engineVersion(),
                    "use rules for engine " + options.engineVersion() + " or older of the same major version");
        }
    }

    private void pluginVersions(YamlItem item) throws RuleLoadException {
        item.warnOfUnknown(PLUGIN_KEYS, warnings);
        Node node = item.node("required_plugin_versions");
        if (node == null) {
            return;
        }
        for (Node entry : item.sequence(node, "required_plugin_versions")) {
            YamlItem keys = mapping(item, entry);
            List<String[]> wanted = new ArrayList<>();
            wanted.add(new String[] {keys.string("name"), keys.string("version")});
            Node alternatives = keys.node("alternatives");
            if (alternatives != null) {
                for (Node alternative : item.sequence(alternatives, "alternatives")) {
                    budget.spend(item.spot().at(alternative), 0);
                    YamlItem other = mapping(item, alternative);
                    wanted.add(new String[] {other.string("name"), other.string("version")});
                }
            }
            definitions.require(choice(keys.spot(), wanted));
        }
    }

    private static PluginChoice choice(SourcePosition spot, List<String[]> wanted) throws RuleLoadException {
        Set<String> names = new HashSet<>();
        List<PluginRequirement> alternatives = new ArrayList<>();
        for (String[] nameAndVersion : wanted) {
            Optional<SemanticVersion> version = SemanticVersion.parse(nameAndVersion[1]);
            if (version.isEmpty()) {
                throw spot.unfit(
                        "'" + nameAndVersion[1] + "' is no version for the plugin '" + nameAndVersion[0] + "'",
                        "write a version of three parts such as 0.4.0");
            }
            if (!names.add(nameAndVersion[0])) {
                throw spot.unfit(
                        "the plugin '" + nameAndVersion[0] + "' is named twice in one entry",
                        "name each plugin once; alternatives are other plugins");
            }
            alternatives.add(new PluginRequirement(nameAndVersion[0], version.get()));
        }
        return new PluginChoice(spot, alternatives);
    }

    private static YamlItem mapping(YamlItem item, Node node) throws RuleLoadException {
        if (!(node instanceof MappingNode mapping)) {
            throw item.spot()
                    .at(node)
                    .misshapen(
                            "a required plugin must be a mapping",
                            "write \"- name: container\" and \"version: 0.4.0\"");
        }
        return YamlItem.of(mapping, item.spot(), item.budget());
    }

    private void list(YamlItem item) throws RuleLoadException {
        String name = String.valueOf(item.spot().itemName());
        if (!LIST_NAME.matcher(name).matches()) {
            warnings.add(
                    LoadCode.LOAD_INVALID_LIST_NAME,
                    item.spotOf("list"),
                    "the list's name cannot be used in a condition",
                    "leave out blanks, quotes, parentheses, commas and equal signs");
        }
        item.warnOfUnknown(LIST_KEYS, warnings);
        List<String> items = item.strings("items");
        if (appends(item, "items")) {
            definitions.appendToList(item.spot(), name, items);
        } else {
            definitions.defineList(item.spot(), name, items);
        }
    }

    private void macro(YamlItem item) throws RuleLoadException {
        String name = String.valueOf(item.spot().itemName());
        if (!MACRO_NAME.matcher(name).matches()) {
            warnings.add(
                    LoadCode.LOAD_INVALID_MACRO_NAME,
                    item.spotOf("macro"),
                    "the macro's name cannot be used in a condition",
                    "begin with a letter and use letters, digits and underscores only");
        }
        item.warnOfUnknown(MACRO_KEYS, warnings);
        ScalarText condition = item.text("condition");
        if (appends(item, "condition")) {
            definitions.appendToMacro(item.spot(), name, condition);
        } else {
            definitions.defineMacro(item.spot(), name, condition);
        }
    }

    /** Whether a list or macro item appends, in the old or the new form. */
    private boolean appends(YamlItem item, String key) throws RuleLoadException {
        boolean oldAppend = Overrides.oldAppend(item, warnings);
        Overrides override = Overrides.read(item, Set.of(key), Set.of(key));
        override.notWith(oldAppend, item);
        return oldAppend || override.appended().contains(key);
    }

    /** Whether a key holds anything but an empty text or null: an empty one counts as not given in some places. */
    static boolean given(YamlItem item, String key) {
        Node node = item.node(key);
        return node != null
                && !YamlScalars.isNull(node)
                && !(node instanceof ScalarNode scalar && scalar.getValue().isEmpty());
    }
}
