package io.tiercel.sensor.output;

/** The format of an alert in an output. */
public enum AlertFormat {
    /** Falco's line of text. */
    TEXT,
    /** Falco's JSON, on one line. */
    JSON
}
