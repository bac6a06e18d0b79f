package io.tiercel.rules.check;

import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A typed source of values: a field, a constant or an applied transformer. */
public sealed interface ValueSource {
    /** Returns the type of the value, or of the elements of a list. */
    FieldType type();

    /**
     * Returns whether the value is a list. Ancestor and either-side fields are not lists: their values are compared one
     * by one.
     */
    boolean list();

    /** A field of the event. */
    record FieldValue(FieldRef ref, FieldType type) implements ValueSource {
        @Override
        public boolean list() {
            return ref.field().list();
        }
    }

    /** A constant text argument of a transformer. */
    record ConstantText(String text) implements ValueSource {
        @Override
        public FieldType type() {
            return FieldType.TEXT;
        }

        @Override
        public boolean list() {
            return false;
        }
    }

    /** A list argument of a transformer. */
    record Items(List<ValueSource> items) implements ValueSource {
        @Override
        public FieldType type() {
            return FieldType.TEXT;
        }

        @Override
        public boolean list() {
            return true;
        }
    }

    /** A transformer from text to text: {@code tolower}, {@code toupper}, {@code b64} or {@code basename}. */
    record TextMapped(Mapping mapping, ValueSource argument) implements ValueSource {
        @Override
        public FieldType type() {
            return argument.type();
        }

        @Override
        public boolean list() {
            return false;
        }
    }

    /** Function of {@link TextMapped}. */
    enum Mapping {
        TOLOWER,
        TOUPPER,
        B64,
        BASENAME
    }

    /** The length of a text in bytes, or the number of elements of a list. */
    record Length(ValueSource argument) implements ValueSource {
        @Override
        public FieldType type() {
            return FieldType.UINT64;
        }

        @Override
        public boolean list() {
            return false;
        }
    }

    /** Concatenated text: {@code join} with a separator, {@code concat} with an empty separator. */
    record Joined(ValueSource separator, ValueSource parts) implements ValueSource {
        @Override
        public FieldType type() {
            return FieldType.TEXT;
        }

        @Override
        public boolean list() {
            return false;
        }
    }

    /**
     * Options of a command line: {@code getopt}.
     *
     * @param option the option whose value is returned; null for a list of all options and values
     */
    record Options(
            ValueSource arguments,
            String optionString,
            @Nullable String option) implements ValueSource {
        @Override
        public FieldType type() {
            return FieldType.TEXT;
        }

        @Override
        public boolean list() {
            return option == null;
        }
    }
}
