package io.tiercel.rules.load;

/** The kinds of item that a rule file is made of. */
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

    /** The word that rule files use for it, for {@link #FILE} and {@link #ITEM} a plain noun. */
    public String label() {
        return label;
    }
}
