/**
 * Runs {@code ./tiercel} as a user does and checks what a user sees. Depends on no other module's code, only on what the build has
 * packaged. Tests run on JUnit's thread and start processes.
 */
@NullMarked
package io.tiercel.e2e;

import org.jspecify.annotations.NullMarked;
