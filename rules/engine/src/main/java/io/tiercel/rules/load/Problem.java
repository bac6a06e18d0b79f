package io.tiercel.rules.load;

/**
 * An error or warning about a rule file.
 *
 * @param code code of the error or warning
 * @param message description of the problem
 * @param advice how to fix the problem; never empty for an error
 * @param location location of the problem
 */
public record Problem(LoadCode code, String message, String advice, Location location) {
    public Problem {
        if (code.error() && advice.isEmpty()) {
            throw new IllegalArgumentException("missing advice for the error: " + message);
        }
    }
}
