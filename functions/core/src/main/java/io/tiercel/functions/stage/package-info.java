/**
 * The stages of the pipeline (enrich, deduplicate, respond, notify, sweep) and the functions that expose them. Depends on all
 * other packages of the domain, and no other package depends on it except {@code replay}. Stages are thread-safe; Funqy or the
 * local server's workers call them.
 */
@NullMarked
package io.tiercel.functions.stage;

import org.jspecify.annotations.NullMarked;
