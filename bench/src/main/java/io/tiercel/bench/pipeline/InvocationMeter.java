package io.tiercel.bench.pipeline;

import io.tiercel.bench.aws.Consumption;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts requests by function, and the assumed time of the current invocation. Thread-safe: a function can have several threads. */
public final class InvocationMeter implements Consumption.Meter {
    private final Latencies latencies;
    private final Consumption.Meter listener;
    private final Map<FunctionName, FunctionUsage> usage = new EnumMap<>(FunctionName.class);
    private FunctionName current = FunctionName.ENRICH;
    private double millis;

    /** @param listener receives what requests consume, in addition */
    public InvocationMeter(Latencies latencies, Consumption.Meter listener) {
        this.latencies = latencies;
        this.listener = listener;
    }

    /** Starts an invocation. */
    synchronized void begin(FunctionName function, int alerts) {
        current = function;
        millis = latencies.invocation() + alerts * latencies.alert();
    }

    /** Ends the invocation and returns its assumed time in milliseconds. */
    synchronized double end() {
        usage().invoked(millis);
        return millis;
    }

    private FunctionUsage usage() {
        return usage.computeIfAbsent(current, _ -> new FunctionUsage());
    }

    /** Attributes requests of Lambda's poller to a function. */
    synchronized void polledFor(FunctionName function) {
        current = function;
    }

    /** Adds waiting time to the invocation. */
    public synchronized void waited(double waitedMillis) {
        millis += waitedMillis;
    }

    @Override
    public synchronized void requested(String operation, String resource, int billed) {
        millis += latencies.of(operation);
        usage().requested(operation, resource, billed);
        listener.requested(operation, resource, billed);
    }

    @Override
    public synchronized void consumed(Consumption consumption) {
        usage().consumed(consumption);
        listener.consumed(consumption);
    }

    /** Returns what a function used so far. */
    public synchronized FunctionUsage of(FunctionName function) {
        return Objects.requireNonNullElseGet(usage.get(function), FunctionUsage::new);
    }
}
