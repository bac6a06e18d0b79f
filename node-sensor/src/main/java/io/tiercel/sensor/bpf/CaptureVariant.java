package io.tiercel.sensor.bpf;

/**
 * The variant of the capture program that the kernel loaded.
 *
 * @param name {@code typed}, {@code chunked} or {@code plain}, fastest first
 * @param fallback whether the kernel supports a faster variant but its verifier rejected it
 * @param arguments where it reads paths and addresses
 */
public record CaptureVariant(String name, boolean fallback, ArgumentSource arguments) {}
