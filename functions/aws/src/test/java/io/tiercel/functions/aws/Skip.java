package io.tiercel.functions.aws;

import org.junit.jupiter.api.Assumptions;

/** Skips a test if a tool is missing and prints the reason, because a report alone would look like success. */
public final class Skip {
    private Skip() {}

    /** Skips the calling test unless it can run. */
    public static void unless(boolean possible, String reason) {
        if (!possible) {
            System.out.println("SKIPPED: " + reason);
        }
        Assumptions.assumeTrue(possible, reason);
    }
}
