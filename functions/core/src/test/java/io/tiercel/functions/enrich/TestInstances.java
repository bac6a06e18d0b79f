package io.tiercel.functions.enrich;

import java.util.List;
import java.util.Map;

/** Facts about instances, for tests. */
public final class TestInstances {
    private TestInstances() {}

    /** Returns a running instance of the account 123456789012 without optional attributes. */
    public static InstanceFacts running(String id) {
        return new InstanceFacts(
                id,
                "123456789012",
                null,
                "m7g.large",
                "running",
                false,
                null,
                null,
                null,
                null,
                null,
                List.of(),
                List.of(),
                Map.of());
    }
}
