/** A Kubernetes cluster's API server, as actions read and write it. */
@NullMarked
package io.tiercel.functions.kubernetes;

import org.jspecify.annotations.NullMarked;
