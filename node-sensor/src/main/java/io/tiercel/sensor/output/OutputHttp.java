package io.tiercel.sensor.output;

import io.tiercel.http.BoundedHttpClient;
import io.tiercel.http.HttpLimits;
import io.tiercel.http.TlsFiles;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What the HTTP outputs have in common: the limits of their clients, and their headers. */
final class OutputHttp {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    private OutputHttp() {}

    /** Returns a client that keeps so many bytes of the bodies of responses. */
    static BoundedHttpClient client(Duration timeout, TlsFiles tls, int bodyBytes) {
        return new BoundedHttpClient(new HttpLimits(CONNECT_TIMEOUT, timeout, bodyBytes), tls);
    }

    /** Returns the headers of a request, which can be changed. Configured ones replace those of the sensor. */
    static Map<String, String> headers(String contentType, Map<String, String> configured) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Content-Type", contentType);
        headers.put("User-Agent", "tiercel-sensor");
        headers.putAll(configured);
        return headers;
    }
}
