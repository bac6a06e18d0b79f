/**
 * A client for the Kubernetes Container Runtime Interface (CRI), and a stub server for live tests.
 *
 * <p>Depends on gRPC and Netty, and on {@code container}. The worker threads of {@code ContainerInfoFetcher} run it.
 */
@NullMarked
package io.tiercel.sensor.container.cri;

import org.jspecify.annotations.NullMarked;
