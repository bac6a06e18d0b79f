package io.tiercel.sensor.app;

/** The version of this program. */
public final class TiercelVersion {
    /** The version in the root POM; a test keeps the two equal. */
    public static final String VERSION = "0.2.0";

    private TiercelVersion() {}
}
