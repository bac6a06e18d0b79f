package io.tiercel.rules.field;

/** Placeholder with one entry: replaced by the whole catalogue (see brief). */
public enum Field {
    PROC_NAME("proc.name", FieldType.TEXT, ArgumentKind.NONE, false, "comm");

    private final String fieldName;
    private final FieldType type;
    private final ArgumentKind argument;
    private final boolean list;
    private final String description;

    Field(String fieldName, FieldType type, ArgumentKind argument, boolean list, String description) {
        this.fieldName = fieldName;
        this.type = type;
        this.argument = argument;
        this.list = list;
        this.description = description;
    }

    /** The name that rules use, e.g. {@code proc.name}. */
    public String fieldName() {
        return fieldName;
    }

    public FieldType type() {
        return type;
    }

    public ArgumentKind argument() {
        return argument;
    }

    /** Whether the value is a list of {@link #type()}. */
    public boolean list() {
        return list;
    }

    public String description() {
        return description;
    }
}
