/**
 * Enrichment: facts about an alert's host, pod, node, instance, remote address and ATT&amp;CK techniques that the alert
 * itself does not contain. Depends on {@code config}, {@code intake} and the rule engine. The caller's thread waits for
 * the lookups, which run on virtual threads with a deadline.
 */
@NullMarked
package io.tiercel.functions.enrich;

import org.jspecify.annotations.NullMarked;
