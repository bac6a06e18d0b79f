package io.tiercel.image;

import java.nio.file.Path;

/**
 * A file of an image.
 *
 * @param source where it is on this machine
 * @param place where it is in the image
 * @param program whether it may be executed
 */
record ImageFile(Path source, String place, boolean program) {}
