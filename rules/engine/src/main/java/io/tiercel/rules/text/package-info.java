/**
 * Small helpers for text: SHA-256 in hexadecimal, safe truncation, and the progress of long work.
 *
 * <p>This package depends only on the JDK. Its static methods are stateless and run on any thread.
 */
@NullMarked
package io.tiercel.rules.text;

import org.jspecify.annotations.NullMarked;
