package io.tiercel.rules.load;

/** The kinds of items in a rule file. */
public enum ItemKind {
    FILE("file"),
    ITEM("item"),
    ENGINE_VERSION("required_engine_version"),
    PLUGIN_VERSIONS("required_plugin_versions"),
    LIST("list"),
    MACRO("macro"),
    RULE("rule");

    private final String label;

    ItemKind(String label) {
        this.label = label;
    }

    /** Returns the YAML key of the kind, or a noun for {@link #FILE} and {@link #ITEM}. */
    public String label() {
        return label;
    }
}
