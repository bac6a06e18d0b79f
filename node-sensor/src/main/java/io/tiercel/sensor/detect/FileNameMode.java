package io.tiercel.sensor.detect;

/** File names that rules are evaluated with. */
public enum FileNameMode {
    /**
     * The path argument and, if they differ, the kernel's path and the host's path. Links and mounts cannot hide a
     * file from a rule.
     */
    BOTH,
    /** The path argument only, as in Falco. */
    FALCO
}
