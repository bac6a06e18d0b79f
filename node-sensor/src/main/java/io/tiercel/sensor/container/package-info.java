/**
 * Containers of the node, their ids from cgroup paths, and their metadata from container runtimes.
 *
 * <p>May depend on {@code bpf}. {@code ContainerTable} belongs to the state and runs on the event thread. {@code
 * ContainerInfoFetcher} queries the runtimes on two worker threads, so that the event thread never waits for them.
 */
@NullMarked
package io.tiercel.sensor.container;

import org.jspecify.annotations.NullMarked;
