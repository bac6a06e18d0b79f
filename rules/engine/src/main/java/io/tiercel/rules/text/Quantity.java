package io.tiercel.rules.text;

/** A number with its noun, for messages. */
public final class Quantity {
    private Quantity() {}

    /**
     * Returns a number with its noun, such as {@code 1 rule} and {@code 2 rules}.
     *
     * @param noun the singular of a noun whose plural ends with {@code s}
     */
    public static String of(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
