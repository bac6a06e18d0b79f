package io.tiercel.bench.cost;

import io.tiercel.bench.pipeline.FunctionName;
import io.tiercel.bench.pipeline.FunctionUsage;
import io.tiercel.bench.pipeline.InvocationMeter;
import java.util.EnumMap;
import java.util.Map;

/**
 * Quantities of resources. Immutable.
 *
 * @param quantities quantity of each resource; missing ones are 0
 */
public record Usage(Map<Resource, Double> quantities) {
    /** Nothing. */
    static final Usage NONE = new Usage(Map.of());

    /** Lines that Lambda writes about each invocation, bytes. The functions themselves write none about a valid alert. */
    private static final double LOG_BYTES = 400;

    /** A line of {@code notify} with the metrics of a channel, bytes. */
    private static final double METRICS_LINE_BYTES = 700;

    private static final double GB = 1e9;

    /** Returns a copy that cannot change. */
    public Usage {
        quantities = Map.copyOf(quantities);
    }

    static Usage of(Resource resource, double quantity) {
        return new Usage(Map.of(resource, quantity));
    }

    /**
     * Returns what one function used, with memory of 1 GiB.
     *
     * @param channels number of notification channels
     */
    static Usage of(FunctionName name, FunctionUsage function, int channels) {
        double lines = name == FunctionName.NOTIFY ? LOG_BYTES + channels * METRICS_LINE_BYTES : LOG_BYTES;
        return NONE.plus(Resource.SQS_STANDARD, (double) function.standardRequests())
                .plus(Resource.SQS_FIFO, (double) function.fifoRequests())
                .plus(Resource.LAMBDA_REQUEST, (double) function.invocations())
                .plus(Resource.LAMBDA_GB_SECOND, function.millis() / 1000)
                .plus(Resource.DYNAMODB_WRITE, function.writeUnits())
                .plus(Resource.DYNAMODB_READ, function.readUnits())
                .plus(Resource.S3_REQUEST, (double)
                        (function.requests("S3.ListObjects") + function.requests("S3.PutObject")))
                .plus(Resource.LOG_GB, function.invocations() * lines / GB);
    }

    /** Returns what all functions used so far, with memory of 1 GiB. */
    static Usage of(InvocationMeter meter, int channels) {
        Usage all = NONE;
        for (FunctionName name : FunctionName.values()) {
            all = all.plus(of(name, meter.of(name), channels));
        }
        return all;
    }

    double of(Resource resource) {
        return quantities.getOrDefault(resource, 0.0);
    }

    Usage plus(Resource resource, double quantity) {
        Map<Resource, Double> sum = new EnumMap<>(Resource.class);
        sum.putAll(quantities);
        sum.merge(resource, quantity, Double::sum);
        return new Usage(sum);
    }

    Usage plus(Usage other) {
        Usage sum = this;
        for (Map.Entry<Resource, Double> quantity : other.quantities.entrySet()) {
            sum = sum.plus(quantity.getKey(), quantity.getValue());
        }
        return sum;
    }

    Usage minus(Usage other) {
        return plus(other.times(-1));
    }

    Usage times(double factor) {
        Map<Resource, Double> product = new EnumMap<>(Resource.class);
        quantities.forEach((resource, quantity) -> product.put(resource, quantity * factor));
        return new Usage(product);
    }

    /** Returns the price in USD. */
    double usd(PriceList prices) {
        return quantities.entrySet().stream()
                .mapToDouble(quantity -> prices.of(quantity.getKey(), quantity.getValue()))
                .sum();
    }
}
