/**
 * Clients of the Kubernetes API for enrichment, for actions and for the keys of service account tokens.
 *
 * <p>This package depends on the core module and on the fabric8 client. Calls block the calling thread, at most for the
 * client's timeout.
 */
@NullMarked
package io.tiercel.functions.kubernetes;

import org.jspecify.annotations.NullMarked;
