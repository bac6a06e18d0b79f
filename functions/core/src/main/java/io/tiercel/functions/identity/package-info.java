/**
 * The identity of the sender of an alert: credentials, their verification, and its result. Depends on {@code json} and on no
 * other package of the domain. Verification may wait for keys of the issuer, so it runs on the thread that receives alerts,
 * never on an event loop.
 */
@NullMarked
package io.tiercel.functions.identity;

import org.jspecify.annotations.NullMarked;
