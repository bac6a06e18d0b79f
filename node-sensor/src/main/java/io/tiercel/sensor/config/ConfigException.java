package io.tiercel.sensor.config;

import java.util.List;

/** An invalid configuration. The message lists every problem, each with its location and the expected value. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates an exception for at least one problem. */
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
    }

    ConfigException(String problem) {
        this(List.of(problem));
    }
}
