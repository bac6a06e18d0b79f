package io.tiercel.rules.load;

/**
 * One error or warning of a load.
 *
 * @param code its kind
 * @param message what is wrong
 * @param advice what would be right; never empty for an error
 * @param location where
 */
public record Problem(LoadCode code, String message, String advice, Location location) {
    public Problem {
        if (code.error() && advice.isEmpty()) {
            throw new IllegalArgumentException("an error needs advice: " + message);
        }
    }
}
