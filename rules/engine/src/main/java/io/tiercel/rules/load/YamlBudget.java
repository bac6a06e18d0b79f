package io.tiercel.rules.load;

/**
 * Bounds how much one file may hold once its aliases are followed: without it a few kilobytes of YAML stand for
 * billions of values.
 */
final class YamlBudget {
    static final int MAX_VALUES = 1_000_000;

    /** Limit on the characters of all values. */
    private static final long MAX_CHARACTERS = RuleSource.MAX_BYTES;

    private int valuesLeft = MAX_VALUES;
    private long charactersLeft = MAX_CHARACTERS;

    /** Pays for one value that is used, as often as an alias repeats it. */
    void spend(SourcePosition spot, int characters) throws RuleLoadException {
        charactersLeft -= characters;
        if (--valuesLeft < 0 || charactersLeft < 0) {
            throw spot.misshapen(
                    "the file holds more than " + MAX_VALUES + " values or " + (MAX_CHARACTERS >> 20)
                            + " Mi characters once its aliases are followed",
                    "use fewer aliases, or split the file");
        }
    }
}
