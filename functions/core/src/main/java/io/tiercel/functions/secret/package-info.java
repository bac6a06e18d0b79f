/**
 * Secrets by reference, and HMAC signatures made with them. Depends on nothing but the JDK. Any thread may use it; the first
 * use of a secret reads a file, an environment variable or a secrets service.
 */
@NullMarked
package io.tiercel.functions.secret;

import org.jspecify.annotations.NullMarked;
