package io.tiercel.sensor.bpf;

/**
 * A file that rules name.
 *
 * @param device the device number of its file system, in the kernel's encoding
 * @param number identifies the name; positive
 * @param path the name that rules compare, a byte string
 */
public record KnownFile(int device, long inode, int number, String path) {
    /** The maximum length of a path that the kernel knows. */
    public static final int MAX_PATH = 254;
}
