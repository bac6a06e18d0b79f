package io.tiercel.rules.field;

import org.jspecify.annotations.Nullable;

/**
 * A reference to a field with its argument.
 *
 * <p>References are interned for each rule set. The {@code slot} numbers the distinct
 * references of a rule set from 0. An event can use it as the index of a cached value.
 *
 * @param field the field
 * @param index the index, as in {@code proc.aname[2]}; -1 if there is none
 * @param key the key or appended name, as in {@code proc.env[HOME]} or {@code evt.arg.flags}; null if there is none
 * @param slot index of this reference in its rule set
 */
public record FieldRef(Field field, int index, @Nullable String key, int slot) {
    /** Returns the reference as written in a rule, for example {@code proc.aname[2]}. */
    public String text() {
        if (key != null) {
            return field.argument().appended() ? field.fieldName() + "." + key : field.fieldName() + "[" + key + "]";
        }
        return index >= 0 ? field.fieldName() + "[" + index + "]" : field.fieldName();
    }

    /** Returns whether the reference has an argument. */
    public boolean hasArgument() {
        return key != null || index >= 0;
    }

    /** Returns whether the reference means all ancestors of the process. {@code Event.list} returns the values. */
    public boolean ancestors() {
        return field.is(FieldTrait.ANCESTORS) && !hasArgument();
    }

    /**
     * Returns whether the values come from {@code Event.list}: list fields, either-side fields, host names, and
     * ancestors without index.
     */
    public boolean multiple() {
        return field.list() || anyEqual() || ancestors();
    }

    /** Returns whether {@code =} is true if any value is equal, and {@code !=} is true if no value is equal. */
    public boolean anyEqual() {
        return field.is(FieldTrait.EITHER_SIDE) || field.is(FieldTrait.HOST_NAME);
    }
}
