package io.tiercel.sensor.pipeline;

/** Under which names of a file rules are evaluated. */
public enum FileNames {
    /** The program's and, where it differs, the kernel's: a match under either alerts, so that no link hides a file. */
    BOTH,
    /** The program's alone, as Falco does. */
    FALCO
}
