package io.tiercel.rules.load;

/**
 * Bounds how many values one file may hold once its aliases are followed: without it a few kilobytes of YAML stand for
 * billions of values.
 */
final class Budget {
    static final int MAX_VALUES = 1_000_000;

    private int left = MAX_VALUES;

    void spend(Spot spot) throws LoadFailure {
        if (--left < 0) {
            throw spot.misshapen(
                    "the file holds more than " + MAX_VALUES + " values once its aliases are followed",
                    "use fewer aliases, or split the file");
        }
    }
}
