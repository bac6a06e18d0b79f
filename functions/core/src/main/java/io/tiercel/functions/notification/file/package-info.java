/** The file that says which channels there are, who is told of what, and who may press buttons. */
@NullMarked
package io.tiercel.functions.notification.file;

import org.jspecify.annotations.NullMarked;
