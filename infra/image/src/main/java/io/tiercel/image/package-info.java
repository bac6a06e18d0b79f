/** Makes container images of folders that run by themselves and of the system libraries that these want. */
@NullMarked
package io.tiercel.image;

import org.jspecify.annotations.NullMarked;
