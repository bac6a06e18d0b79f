/** The record of every decision and every call to the outside: append-only, each entry sealed with the hash of the one before. */
@NullMarked
package io.tiercel.functions.audit;

import org.jspecify.annotations.NullMarked;
