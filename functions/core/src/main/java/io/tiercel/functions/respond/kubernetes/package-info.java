/** Actions on pods, nodes and workloads of a Kubernetes cluster, by what a port to its API server can read and write. */
@NullMarked
package io.tiercel.functions.respond.kubernetes;

import org.jspecify.annotations.NullMarked;
