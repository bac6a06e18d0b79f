/**
 * The audit log: an append-only record of every decision and external call. Each incident has a chain in which each entry contains
 * the hash of the previous one. Depends on {@code json} and the rule engine. Logs are thread-safe, and several processes can append
 * at the same time.
 */
@NullMarked
package io.tiercel.functions.audit;

import org.jspecify.annotations.NullMarked;
