/**
 * Permissions of files: files of Tiercel that only their owner can read, and secret files of users. Depends on no other package. All
 * methods are stateless, so any thread may call them.
 */
@NullMarked
package io.tiercel.rules.file;

import org.jspecify.annotations.NullMarked;
