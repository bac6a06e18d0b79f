/**
 * Makes the files of a release from folders that {@code ./tiercel image} made: archives, Debian packages, RPM packages, the man
 * pages and the completion script. Depends on jdeb, packager-rpm, commons-compress, Jackson and picocli. It reads the commands of
 * the packaged programs through a class loader, and depends on no other module of this project. Runs on the main thread.
 */
@NullMarked
package io.tiercel.release;

import org.jspecify.annotations.NullMarked;
