package io.tiercel.functions.respond.action;

/**
 * What an action has read before it writes.
 *
 * @param prior the exact state that releasing restores, as JSON; stored before the first write
 * @param facts what exclusions ask about
 */
public record CapturedState(String prior, TargetFacts facts) {
    private static final int MAX_CHARACTERS = 64 * 1024;

    public CapturedState {
        if (prior.length() > MAX_CHARACTERS) {
            throw ActionException.because("the target's present state is " + prior.length()
                    + " characters, too much to be remembered exactly; nothing was done");
        }
    }

    /** With a record as the state. */
    public static CapturedState of(Record prior, TargetFacts facts) {
        return new CapturedState(StateJson.write(prior), facts);
    }
}
