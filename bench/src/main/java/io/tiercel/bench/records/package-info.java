/**
 * The benchmark of complete records: the user space cost of each kind of event, from recorded records to alerts. Depends on {@code rules} and
 * the sensor. JMH runs each measurement in a JVM of its own, on one thread.
 */
@NullMarked
package io.tiercel.bench.records;

import org.jspecify.annotations.NullMarked;
