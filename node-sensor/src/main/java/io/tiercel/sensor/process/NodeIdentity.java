package io.tiercel.sensor.process;

/**
 * Identifies a node and one boot of its kernel.
 *
 * @param hostname the node's name: {@code TIERCEL_HOSTNAME}, {@code FALCO_HOSTNAME} or the kernel's host name
 * @param bootId {@code /proc/sys/kernel/random/boot_id}
 */
public record NodeIdentity(String hostname, String bootId) {}
