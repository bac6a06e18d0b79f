package io.tiercel.rules.check;

import io.tiercel.rules.field.FieldRef;
import io.tiercel.rules.field.FieldType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a check takes a value from. */
public sealed interface ValueSource {
    /** Type of the value, or of the elements of a list. */
    FieldType type();

    /** Whether the value is a list. Ancestors and either-side fields are not: they are compared one by one. */
    boolean list();

    /** A field of the event. */
    record FieldValue(FieldRef ref, FieldType type) implements ValueSource {
        @Override
        public boolean list() {
            return ref.field().list();
        }
    }

    /** A text that is always the same, as an argument of a transformer. */
    record Constant(String text) implements ValueSource {
        @Override
        public FieldType type() {
            return FieldType.TEXT;
        }

        @Override
        public boolean list() {
            return false;
        }
    }

    /** A list written out, as an argument of a transformer. */
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

    /** A transformer of one text: {@code tolower}, {@code toupper}, {@code b64}, {@code basename}. */
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

    /** What {@link TextMapped} does. */
    enum Mapping {
        TOLOWER,
        TOUPPER,
        B64,
        BASENAME
    }

    /** Length of a text in bytes, number of elements of a list. */
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

    /** Texts joined: {@code join} with a separator, {@code concat} with an empty one. */
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
     * Options of a command line.
     *
     * @param option the option whose value is wanted; null for all options and values as a list
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
