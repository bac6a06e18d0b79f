package io.tiercel.sensor.capture;

import java.util.List;

/** Looks at what live capture needs, before it is tried. */
public final class Preconditions {
    private Preconditions() {}

    /** All checks in the order in which a user would fix them; never fails itself. */
    public static List<Check> check() {
        return List.of();
    }
}
