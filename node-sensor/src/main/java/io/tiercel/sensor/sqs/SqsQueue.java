package io.tiercel.sensor.sqs;

import io.tiercel.sensor.output.HttpUrl;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Address of an Amazon SQS queue.
 *
 * @param url queue URL
 * @param region AWS region, for example {@code eu-west-1}
 * @param endpoint server that receives the requests
 */
public record SqsQueue(URI url, String region, URI endpoint) {
    /** Host names of SQS, including VPC, FIPS and dual-stack endpoints (AWS General Reference, "Amazon SQS"). */
    private static final Pattern REGION = Pattern.compile("(?:^|\\.)sqs(?:-fips)?\\.([a-z]{2,4}(?:-[a-z]+)+-\\d+)\\.");

    private static final Pattern REGION_NAME = Pattern.compile("[a-z0-9-]{1,32}");

    /**
     * Parses a queue URL.
     *
     * @param url HTTPS URL, or HTTP URL on this machine, with account and queue name: {@code
     *     https://sqs.eu-west-1.amazonaws.com/111122223333/alerts}
     * @param region AWS region; empty to take it from the URL
     * @param endpoint server to call; empty to take it from the URL
     * @throws IllegalArgumentException if a value is invalid; the message shows the expected form
     */
    public static SqsQueue parse(String url, String region, String endpoint) {
        URI queue = HttpUrl.parse(url).uri();
        if (queue.getRawQuery() != null || !queue.getRawPath().matches("/[^/]+/[^/]+")) {
            throw new IllegalArgumentException(
                    "\"" + url
                            + "\" is not a queue URL; use a URL such as https://sqs.eu-west-1.amazonaws.com/111122223333/alerts");
        }
        URI server = endpoint.isEmpty()
                ? URI.create(queue.getScheme() + "://" + queue.getRawAuthority())
                : HttpUrl.parse(endpoint).uri();
        return new SqsQueue(queue, region.isEmpty() ? regionOfHost(queue) : checkRegion(region), server);
    }

    private static String regionOfHost(URI queue) {
        Matcher host = REGION.matcher(queue.getHost());
        if (!host.find()) {
            throw new IllegalArgumentException(
                    queue.getHost() + " does not contain the queue's region; set delivery.sqs.region");
        }
        return host.group(1);
    }

    private static String checkRegion(String region) {
        if (!REGION_NAME.matcher(region).matches()) {
            throw new IllegalArgumentException("\"" + region + "\" is not an AWS region such as eu-west-1");
        }
        return region;
    }

    /** Returns true for a FIFO queue, whose name ends in {@code .fifo}. */
    boolean isFifo() {
        return url.getPath().endsWith(".fifo");
    }
}
