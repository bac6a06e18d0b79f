package io.tiercel.sensor.bpf;

/**
 * The result of checking one precondition of live capture.
 *
 * @param name what was checked, such as {@code kernel BTF}
 * @param passed whether live capture is possible
 * @param detail what was found, one line
 * @param remedy how to fix it; empty if there is nothing to fix
 */
public record PreconditionResult(String name, boolean passed, String detail, String remedy) {}
