package io.tiercel.functions.config;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** An external system that the functions query for enrichment ({@code TIERCEL_ENRICH_SOURCES}) or change ({@code TIERCEL_ACTIONS}). */
public enum ExternalSystem {
    AWS,
    KUBERNETES;

    /**
     * Parses a comma-separated setting such as {@code aws,kubernetes}.
     *
     * @param variable name of the environment variable, for the error message
     * @param value its value; an empty value selects no system
     * @throws IllegalArgumentException if the value names an unknown system
     */
    public static Set<ExternalSystem> parse(String variable, String value) {
        EnumSet<ExternalSystem> systems = EnumSet.noneOf(ExternalSystem.class);
        for (String item : value.split(",", -1)) {
            switch (item.strip()) {
                case "" -> {}
                case "aws" -> systems.add(AWS);
                case "kubernetes" -> systems.add(KUBERNETES);
                default ->
                    throw new IllegalArgumentException(
                            variable + " must be aws, kubernetes or aws,kubernetes, not \"" + value + "\"");
            }
        }
        return Set.copyOf(systems);
    }

    /** The name in settings. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
