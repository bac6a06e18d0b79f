/**
 * Verification of the audit log: every chain from its first entry, and all chains against all anchors. Works in parts, so that a
 * function with a time limit can verify a log of any size. Depends on {@code audit} and {@code audit.anchor}.
 */
@NullMarked
package io.tiercel.functions.audit.verify;

import org.jspecify.annotations.NullMarked;
