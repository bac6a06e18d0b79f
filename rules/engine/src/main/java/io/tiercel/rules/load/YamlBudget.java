package io.tiercel.rules.load;

/**
 * Limits the number and size of the values in one file after alias expansion.
 *
 * <p>Without a limit, nested aliases expand a few kilobytes of YAML to billions of values.
 */
final class YamlBudget {
    static final int MAX_VALUES = 1_000_000;

    /** Maximum total length of all values, in chars. */
    private static final long MAX_CHARACTERS = RuleSource.MAX_BYTES;

    private int valuesLeft = MAX_VALUES;
    private long charactersLeft = MAX_CHARACTERS;

    /** Deducts one value from the budget, including each repetition through an alias. */
    void spend(SourcePosition position, int characters) throws RuleLoadException {
        charactersLeft -= characters;
        if (--valuesLeft < 0 || charactersLeft < 0) {
            throw position.invalidYaml(
                    "the file contains more than " + MAX_VALUES + " values or " + (MAX_CHARACTERS >> 20)
                            + " Mi characters after alias expansion",
                    "use fewer aliases, or split the file");
        }
    }
}
