package io.tiercel.sensor.event;

/**
 * Which node, and which run of its kernel.
 *
 * @param hostname the node's name: {@code TIERCEL_HOSTNAME}, {@code FALCO_HOSTNAME}, or the host name
 * @param bootId {@code /proc/sys/kernel/random/boot_id}
 */
public record NodeIdentity(String hostname, String bootId) {}
