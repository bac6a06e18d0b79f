/**
 * User and group names of the host and of each container, from their passwd and group files.
 *
 * <p>May depend on {@code bpf}. {@code UserTable} belongs to the state and runs on the event thread. {@code
 * UserDatabaseReader} reads files on threads that can be abandoned.
 */
@NullMarked
package io.tiercel.sensor.users;

import org.jspecify.annotations.NullMarked;
