/**
 * Makes container images from self-contained folders and the system libraries that they require. Depends on jib, CycloneDX and
 * picocli, and on no other module of this project. Runs on the command's main thread.
 */
@NullMarked
package io.tiercel.image;

import org.jspecify.annotations.NullMarked;
