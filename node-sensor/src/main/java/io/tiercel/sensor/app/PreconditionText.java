package io.tiercel.sensor.app;

import io.tiercel.sensor.bpf.PreconditionResult;

/** One-line descriptions of precondition checks. */
public final class PreconditionText {
    private PreconditionText() {}

    /** Describes the result of a check. */
    public static String result(PreconditionResult check) {
        return check.name() + (check.detail().isEmpty() ? "" : ": " + check.detail());
    }

    /** Describes a failed check and how to fix it. */
    public static String failure(PreconditionResult check) {
        return result(check) + (check.remedy().isEmpty() ? "" : "; " + check.remedy());
    }
}
