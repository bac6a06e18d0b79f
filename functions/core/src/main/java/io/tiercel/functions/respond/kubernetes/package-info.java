/**
 * Actions on pods, nodes and workloads, and the Kubernetes API operations that they need.
 *
 * <p>This package depends on the action model only. Adapters implement {@link
 * io.tiercel.functions.respond.kubernetes.KubernetesApi}. All calls run on the thread of the responder.
 */
@NullMarked
package io.tiercel.functions.respond.kubernetes;

import org.jspecify.annotations.NullMarked;
