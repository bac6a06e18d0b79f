package io.tiercel.sensor.bpf.load;

/**
 * A program that the kernel has accepted.
 *
 * @param name the name of the function in {@code bpf/}
 * @param section what it is attached to, such as {@code tp_btf/sys_exit}
 * @param descriptor its file descriptor
 */
public record LoadedProgram(String name, String section, int descriptor) {}
