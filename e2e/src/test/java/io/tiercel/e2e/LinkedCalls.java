package io.tiercel.e2e;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Classes with the calls that a build of an image replaces, and what they return. */
public final class LinkedCalls {
    private LinkedCalls() {}

    /** A sealed type with a switch in a method of the interface. */
    sealed interface Shape permits Circle, Square, Label, Everything {
        default String kind() {
            return switch (this) {
                case Circle _ -> "circle";
                case Square(int side, Shape inner) when side > 2 -> "large square of " + inner.kind();
                case Square(int side, Label(String text)) when text.isEmpty() -> "empty label in " + side;
                case Square _ -> "square";
                case Label _ -> "label";
                case Everything _ -> "everything";
            };
        }
    }

    record Circle(double radius) implements Shape {}

    record Square(int side, Shape inner) implements Shape {}

    record Label(String text) implements Shape {}

    record Everything(
            boolean a,
            byte b,
            char c,
            short d,
            int e,
            long f,
            float g,
            double h,
            @Nullable Object i,
            int @Nullable [] j)
            implements Shape {}

    record Empty() {}

    record Pair(@Nullable Object first, @Nullable Object second) {}

    private static final int[] ARRAY = {1};

    /** Returns what the calls return for many values, one line each. */
    public static List<String> outcomes() {
        List<String> lines = new ArrayList<>();
        List<@Nullable Object> values = values();
        for (int i = 0; i < values.size(); i++) {
            Object value = values.get(i);
            lines.add(i + ": " + described(value) + ", " + named(value) + ", " + hash(value));
            lines.add(value instanceof Shape shape ? shape.kind() : "no shape");
            StringBuilder equal = new StringBuilder();
            values.forEach(other -> equal.append(value != null && value.equals(other) ? 1 : 0));
            lines.add(equal.toString());
        }
        return lines;
    }

    private static List<@Nullable Object> values() {
        List<@Nullable Object> values = new ArrayList<>();
        values.add(null);
        for (double radius : new double[] {0.0, -0.0, 1.5, Double.NaN}) {
            values.add(new Circle(radius));
        }
        values.addAll(List.of(
                new Square(1, new Circle(1)),
                new Square(1, new Label("")),
                new Square(3, new Label("")),
                new Square(2, new Label("a")),
                new Label("a"),
                new Empty(),
                new Pair("a", "b"),
                new Pair("a", null),
                new Pair(null, null),
                new Pair(1, 2L),
                "",
                "a",
                "text",
                5,
                -5,
                7L,
                'c',
                ARRAY,
                new Object[0],
                new String[] {"x"}));
        for (int changed = 0; changed <= 10; changed++) {
            values.add(new Everything(
                    changed != 0,
                    (byte) (changed == 1 ? 1 : 2),
                    changed == 2 ? 'x' : 'y',
                    (short) (changed == 3 ? 3 : -3),
                    changed == 4 ? Integer.MAX_VALUE : 4,
                    changed == 5 ? Long.MIN_VALUE : 5,
                    changed == 6 ? Float.NaN : -0.0f,
                    changed == 7 ? Double.NaN : 0.0,
                    changed == 8 ? null : "i",
                    changed == 9 ? null : ARRAY));
        }
        return values;
    }

    private static String described(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text when text.isEmpty() -> "empty";
            case String text when text.length() > 3 -> "long";
            case CharSequence _ -> "text";
            case Integer number when number > 0 -> "positive";
            case Number _ -> "number";
            case int[] _ -> "numbers";
            case String[] _ -> "texts";
            case Object[] _ -> "objects";
            case Pair(String first, var second) -> first + second;
            case Pair _ -> "pair";
            default -> "other";
        };
    }

    /** Has labels that are not classes. */
    private static String named(@Nullable Object value) {
        return switch (value instanceof String text ? text : "none") {
            case "a" -> "first";
            case String text when text.length() > 3 -> "long";
            case "none" -> "none";
            case String _ -> "another";
        };
    }

    /** Returns 0 for values with arrays, whose hash differs between two runs. */
    private static int hash(@Nullable Object value) {
        if (value instanceof Everything everything && everything.j() != null) {
            return 0;
        }
        return value instanceof Record ? value.hashCode() : 0;
    }
}
