package io.tiercel.sensor.bpf.hooks;

/**
 * How often hooks on functions of syscalls stopped working, so that the sensor went back to the tracepoint. Only root of the
 * node can turn hooks off.
 *
 * @param count since the start
 * @param lastReason why it happened the last time, a clause for people; empty if it did not
 */
public record SyscallHookFailures(long count, String lastReason) {
    /** Hooks work, or are not in use. */
    public static final SyscallHookFailures NONE = new SyscallHookFailures(0, "");

    SyscallHookFailures another(String reason) {
        return new SyscallHookFailures(count + 1, reason);
    }
}
