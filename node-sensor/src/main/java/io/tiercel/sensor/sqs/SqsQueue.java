package io.tiercel.sensor.sqs;

import io.tiercel.sensor.output.HttpUrl;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A queue of SQS.
 *
 * @param url the queue's own address
 * @param region where it is, e.g. {@code eu-west-1}
 * @param endpoint the server that is called
 */
public record SqsQueue(URI url, String region, URI endpoint) {
    /** Hosts of SQS, those of VPC endpoints, FIPS and dual-stack among them (AWS General Reference, "Amazon SQS"). */
    private static final Pattern REGION = Pattern.compile("(?:^|\\.)sqs(?:-fips)?\\.([a-z]{2,4}(?:-[a-z]+)+-\\d+)\\.");

    private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]{1,32}");

    /**
     * Reads the address of a queue.
     *
     * @param url https, or http on this machine, with account and name: {@code
     *     https://sqs.eu-west-1.amazonaws.com/111122223333/alerts}
     * @param region its region; empty if the address says it
     * @param endpoint the server to call; empty for the one in the address
     * @throws IllegalArgumentException if it is none; the message says what would be right
     */
    public static SqsQueue parse(String url, String region, String endpoint) {
        URI queue = HttpUrl.parse(url).uri();
        if (queue.getRawQuery() != null || !queue.getRawPath().matches("/[^/]+/[^/]+")) {
            throw new IllegalArgumentException(
                    "\"" + url
                            + "\" is not the address of a queue; it is written like https://sqs.eu-west-1.amazonaws.com/111122223333/alerts");
        }
        URI server = endpoint.isEmpty()
                ? URI.create(queue.getScheme() + "://" + queue.getRawAuthority())
                : HttpUrl.parse(endpoint).uri();
        return new SqsQueue(queue, region.isEmpty() ? region(queue) : checked(region), server);
    }

    private static String region(URI queue) {
        Matcher host = REGION.matcher(queue.getHost());
        if (!host.find()) {
            throw new IllegalArgumentException(
                    queue.getHost() + " does not say the queue's region: give it as delivery.sqs.region");
        }
        return host.group(1);
    }

    private static String checked(String region) {
        if (!REGION_NAME.matcher(region).matches()) {
            throw new IllegalArgumentException("\"" + region + "\" is not a region, e.g. eu-west-1");
        }
        return region;
    }

    /** Whether the queue keeps messages in order: the names of those that do end so. */
    boolean isFifo() {
        return url.getPath().endsWith(".fifo");
    }
}
