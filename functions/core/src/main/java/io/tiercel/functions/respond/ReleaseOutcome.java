package io.tiercel.functions.respond;

/** The result of a request to release a plan. A release is never refused. */
public enum ReleaseOutcome {
    /** The request is stored, and the next run over the plan applies it. */
    REQUESTED("release requested"),
    /** An earlier request that is not applied yet has the same effect. */
    ALREADY_REQUESTED("release already requested");

    private final String text;

    ReleaseOutcome(String text) {
        this.text = text;
    }

    /** Returns the outcome as text for operators. */
    public String text() {
        return text;
    }
}
