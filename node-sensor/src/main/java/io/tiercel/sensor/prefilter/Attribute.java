package io.tiercel.sensor.prefilter;

/** Properties of an event that the kernel can test, cheapest first. */
enum Attribute {
    RETURN_VALUE("return value"),
    OPEN_FLAGS("open flags"),
    FILE_MODE("file mode"),
    PROGRAM_NAME("program name"),
    USER_ID("user ID"),
    CONTAINER("container or host"),
    PARENT_TRAVERSAL("path with ../"),
    PATH_PREFIX("path prefix"),
    PATH_SUFFIX("path suffix"),
    PATH_SUBSTRING("path substring"),
    SECOND_PATH_PREFIX("second path prefix"),
    SECOND_PATH_SUFFIX("second path suffix"),
    SECOND_PATH_SUBSTRING("second path substring"),
    SOCKET_FAMILY("socket family"),
    TRANSPORT("transport"),
    SERVER_PORT("server port"),
    SERVER_ADDRESS("server address"),
    ADDRESS_ARGUMENT("address argument");

    private final String label;

    Attribute(String label) {
        this.label = label;
    }

    /** Returns the name that is shown to users. */
    String label() {
        return label;
    }
}
