package io.tiercel.sensor.bpf;

/**
 * One thing that capture needs, and whether this machine has it.
 *
 * @param name what was looked at, e.g. {@code kernel BTF}
 * @param passed whether it suffices
 * @param detail what was found, one line
 * @param remedy what to do if it does not; empty if passed
 */
public record PreconditionResult(String name, boolean passed, String detail, String remedy) {}
