package io.tiercel.sensor.bpf;

/** The mode of the prefilter: whether the kernel drops events that no rule can match. */
public enum PrefilterMode {
    ON,
    OFF,
    /** The prefilter decides but drops nothing, so that its decisions can be compared with the rules' results. */
    VERIFY
}
