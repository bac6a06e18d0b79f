package io.tiercel.bench.live;

/** A run of the node benchmark. */
enum NodeRun {
    /** All containers and processes, with the official rules. */
    NODE("node"),
    /** All containers and processes, with 1,000 rules. */
    RULES("node, many rules"),
    /** A fraction of the containers and processes, with the official rules, at the same rates. */
    FEW("few processes");

    private final String title;

    NodeRun(String title) {
        this.title = title;
    }

    /** Returns the title in tables. */
    String title() {
        return title;
    }
}
