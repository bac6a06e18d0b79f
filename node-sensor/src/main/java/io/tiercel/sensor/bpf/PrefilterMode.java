package io.tiercel.sensor.bpf;

/** Whether the kernel drops events that no rule can match. */
public enum PrefilterMode {
    ON,
    OFF,
    /** The kernel looks, but hands over everything, so that its judgement can be compared with that of the rules. */
    VERIFY
}
