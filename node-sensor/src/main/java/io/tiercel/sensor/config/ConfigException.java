package io.tiercel.sensor.config;

import java.util.List;

/** A configuration that cannot be used; each problem says where it is and what would be right. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /** With at least one problem. */
    public ConfigException(List<String> problems) {
        super(String.join("\n", problems));
    }

    ConfigException(String problem) {
        this(List.of(problem));
    }
}
