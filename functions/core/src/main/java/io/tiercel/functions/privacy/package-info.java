/**
 * Data protection: redaction of alerts before anything is stored or sent, how long each kind of record is kept, and erasure of a
 * subject from stored records. Depends on {@code json}, {@code config} and the rule engine. Settings and {@link
 * io.tiercel.functions.privacy.Redactor} are immutable, so any thread may use them.
 */
@NullMarked
package io.tiercel.functions.privacy;

import org.jspecify.annotations.NullMarked;
