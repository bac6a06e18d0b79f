package io.tiercel.sensor.bpf;

import java.util.Locale;

/** What the capture cannot see on this machine. The functions list the codes of each node. */
public enum CaptureLimitation {
    /** The kernel does not show requests of io_uring, or rejects the programs that record them. */
    IO_URING("requests of io_uring are not captured; Linux 6.0 or newer shows them"),
    /** {@link io.tiercel.sensor.bpf.load.ArgumentSource#EXIT}. */
    ARGUMENTS_AT_EXIT("another thread can change paths and addresses before the sensor reads them"),
    /** {@link io.tiercel.sensor.bpf.load.ArgumentSource#ENTRY_AND_EXIT}. */
    ARGUMENTS_CHANGED_TWICE("a path or address that another thread changes twice during a call is not noticed"),
    /** The kernel rejected optional programs other than those for io_uring. */
    REJECTED_PROGRAMS("the kernel rejected optional programs, which the log and doctor name"),
    /** See {@link io.tiercel.sensor.bpf.host.PidNamespace}. */
    PID_NAMESPACE("the sensor runs without hostPID, so it does not know the processes of the host");

    private final String description;

    CaptureLimitation(String description) {
        this.description = description;
    }

    /** Returns the code in heartbeats. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns a description for people, without a period at the end. */
    public String description() {
        return description;
    }
}
