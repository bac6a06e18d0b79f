package io.tiercel.sensor.prefilter;

/** What the kernel can look at of an event, the cheapest first. */
enum Attribute {
    RESULT("result"),
    FLAGS("open flags"),
    PROGRAM("program name"),
    USER("user"),
    HOME("container or host"),
    CLIMBS("path with ../"),
    PATH("beginning of the path"),
    ENDING("end of the path"),
    SOCKET("kind of socket"),
    TRANSPORT("transport"),
    PORT("server's port"),
    NETWORK("server's address"),
    PASSED("address as passed");

    private final String text;

    Attribute(String text) {
        this.text = text;
    }

    /** As people call it. */
    String text() {
        return text;
    }
}
