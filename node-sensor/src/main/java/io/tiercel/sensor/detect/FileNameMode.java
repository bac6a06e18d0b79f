package io.tiercel.sensor.detect;

/** Under which names of a file rules are evaluated. */
public enum FileNameMode {
    /** The program's and, where they differ, the kernel's and the host's: no link or mount hides a file from a match. */
    BOTH,
    /** The program's alone, as Falco does. */
    FALCO
}
