package io.tiercel.functions.cloud;

import io.tiercel.functions.cloud.SignedHttpClient.Response;
import io.tiercel.functions.respond.action.ActionException;
import io.tiercel.rules.text.TextLimit;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.http.SdkHttpMethod;

/**
 * A client of a service with the AWS query protocol, which sends form parameters and returns XML: EC2, IAM, Auto Scaling and
 * Elastic Load Balancing.
 */
public final class QueryProtocolClient {
    private static final Set<String> RETRYABLE_CODES = Set.of(
            "RequestLimitExceeded",
            "Throttling",
            "ThrottlingException",
            "ServiceUnavailable",
            "Unavailable",
            "InternalError",
            "InternalFailure",
            "ServiceFailure",
            "RequestTimeout",
            "IncorrectInstanceState.Pending");

    private final SignedHttpClient http;
    private final String service;
    private final String version;
    private final boolean global;

    /**
     * Creates a client.
     *
     * @param service the name of the service in its host name and for signing
     * @param version the version of its API
     * @param global whether the service has one endpoint for all regions
     */
    public QueryProtocolClient(SignedHttpClient http, String service, String version, boolean global) {
        this.http = http;
        this.service = service;
        this.version = version;
        this.global = global;
    }

    /** The parameters of a call. Lists are numbered: {@code Name.1}, {@code Name.2}. */
    public static final class Parameters {
        private final Map<String, String> values = new TreeMap<>();

        /** Adds a parameter. */
        public Parameters put(String name, String value) {
            values.put(name, value);
            return this;
        }

        /** Adds a list. */
        public Parameters putList(String name, List<String> texts) {
            for (int i = 0; i < texts.size(); i++) {
                values.put(name + "." + (i + 1), texts.get(i));
            }
            return this;
        }

        /** Adds a filter of EC2. */
        public Parameters addFilter(String name, String value) {
            int number = 1;
            while (values.containsKey("Filter." + number + ".Name")) {
                number++;
            }
            return put("Filter." + number + ".Name", name).put("Filter." + number + ".Value.1", value);
        }
    }

    /**
     * Makes a call and returns the root element of the response.
     *
     * @throws ActionException if the service rejects the call or does not respond; its kind is {@code NOT_FOUND} if the object
     *     of the call does not exist
     */
    public XmlElement call(String action, Parameters parameters) {
        Parameters all = parameters.put("Action", action).put("Version", version);
        String body = all.values.entrySet().stream()
                .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        URI endpoint = global ? http.globalEndpoint(service) : http.regionalEndpoint(service);
        Response response = http.call(
                service,
                global,
                SdkHttpMethod.POST,
                endpoint.resolve("/"),
                Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                body,
                failed -> failure(action, failed));
        return XmlElement.parse(response.body());
    }

    /** Returns the error code of a failure of this client; empty for other failures. */
    static String errorCode(ActionException failure) {
        String message = failure.getMessage();
        int start = message.indexOf(": ") + 2;
        int end = message.indexOf(':', start);
        return start < 2 || end < 0 ? "" : message.substring(start, end);
    }

    private static ActionException failure(String action, Response response) {
        String code = "HTTP " + response.status();
        String message = "";
        try {
            XmlElement root = XmlElement.parse(response.body());
            XmlElement error = root.elements("Errors/Error").stream()
                    .findFirst()
                    .or(() -> root.elements("Error").stream().findFirst())
                    .orElse(root);
            code = error.text("Code").orElse(code);
            message = error.text("Message").orElse("");
        } catch (ActionException e) {
            // The response is not from the service, but from a proxy, for example. Only the status is known.
        }
        String text = action + ": " + code + ": " + TextLimit.cut(message, 200);
        if (RETRYABLE_CODES.contains(code) || response.status() >= 500) {
            return ActionException.retryable(text, null);
        }
        return code.endsWith("NotFound") || code.equals("NoSuchEntity") || code.endsWith(".Malformed")
                ? ActionException.notFound(text)
                : ActionException.permanent(text);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
