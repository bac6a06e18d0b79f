package io.tiercel.sensor.fields;

import java.util.List;

/**
 * The names of an opened or changed file. They differ because of links, mounts and changed root directories, or because a second
 * thread overwrote the path during the call.
 */
public enum FileNameKind {
    /** The path that the program passed, resolved against its working directory and cleaned, as Falco's {@code fd.name}. */
    GIVEN,
    /**
     * The path below the program's root directory at which the kernel found the file. Calls that change files, such as rename,
     * have it if the kernel supports {@linkplain io.tiercel.sensor.bpf.CaptureProgram hooks}.
     */
    KERNEL,
    /** The path at which the host's mounts show the file, if a container or a changed root shows it elsewhere. */
    HOST,
    /** The name that rules compare, of a file that another name led to: a hard link, or a further mount. */
    KNOWN;

    /** The names to evaluate after {@link #GIVEN}, in this order. */
    public static final List<FileNameKind> FURTHER = List.of(KERNEL, HOST, KNOWN);
}
