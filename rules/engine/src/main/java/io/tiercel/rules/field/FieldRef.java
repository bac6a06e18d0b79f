package io.tiercel.rules.field;

import org.jspecify.annotations.Nullable;

/**
 * A field as a rule names it: the field and its argument.
 *
 * <p>Instances are interned by the compiler of a rule set, so that {@code slot} numbers the distinct references of one
 * set from 0 and an event may use it to remember a value that it has already computed.
 *
 * @param field the field
 * @param index the index of {@code proc.aname[2]}, {@code evt.arg[0]}; -1 if none was given
 * @param key the key or appended name of {@code proc.env[HOME]}, {@code evt.arg.flags}; null if none was given
 * @param slot number of this reference within its rule set
 */
public record FieldRef(Field field, int index, @Nullable String key, int slot) {
    /** The name as a rule would write it, e.g. {@code proc.aname[2]}. */
    public String text() {
        if (key != null) {
            return field.argument().appended() ? field.fieldName() + "." + key : field.fieldName() + "[" + key + "]";
        }
        return index >= 0 ? field.fieldName() + "[" + index + "]" : field.fieldName();
    }

    /** Whether an argument was given. */
    public boolean hasArgument() {
        return key != null || index >= 0;
    }

    /** Whether this stands for all ancestors of the process, whose values {@code Event.list} gives. */
    public boolean ancestors() {
        return field.is(FieldTrait.ANCESTORS) && !hasArgument();
    }

    /**
     * Whether the event answers with {@code Event.list}: list fields, either-side fields, host names, ancestors without
     * index.
     */
    public boolean multiple() {
        return field.list() || anyEqual() || ancestors();
    }

    /** Whether {@code =} is true if any of several values is equal, and {@code !=} if none is. */
    public boolean anyEqual() {
        return field.is(FieldTrait.EITHER_SIDE) || field.is(FieldTrait.HOST_NAME);
    }
}
