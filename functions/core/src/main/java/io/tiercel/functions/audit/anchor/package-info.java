/**
 * Anchors: documents that fix the ends of all chains at some time and are stored outside the database. Each anchor contains the hash of
 * the previous one. Depends on {@code audit} and {@code json}. Only the sweep writes anchors.
 */
@NullMarked
package io.tiercel.functions.audit.anchor;

import org.jspecify.annotations.NullMarked;
